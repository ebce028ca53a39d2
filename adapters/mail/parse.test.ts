import { letter } from '../../test/harness/mail-world';
import { idOfRaw, parseMail } from './parse';

const parse = (text: string) => parseMail(Buffer.from(text));

describe('a mail', () => {
  it('is read with sender, recipients, text and the mails it answers', async () => {
    const headers = [
      'Cc: Desk <DESK+tag@example.org>, b@example.org',
      'In-Reply-To: <1@x>',
      'References: <0@x>\r\n <1@x>',
    ];
    expect(await parse(letter({ headers, id: 'one' }))).toMatchObject({
      messageId: 'one@customer.example',
      sender: 'eva@customer.example',
      senderName: 'Eva',
      recipients: ['desk@example.org', 'desk+tag@example.org', 'b@example.org'],
      text: 'It does not print.',
      inReplyTo: ['1@x'],
      references: ['0@x', '1@x'],
    });
  });

  it('of HTML only becomes text', async () => {
    const html = '<html><body><p>It does <b>not</b> print.</p><script>alert(1)</script><p>Eva</p></body></html>';
    const { text } = await parse(`From: eva@x.example\r\nContent-Type: text/html\r\n\r\n${html}`);
    expect(text).toContain('It does not print.');
    expect(text).not.toMatch(/alert|<p>/);
  });

  it('in another character set is read', async () => {
    const head =
      'From: li@x.example\r\nSubject: =?GB2312?B?tPLTobv6?=\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n';
    const raw = Buffer.concat([Buffer.from(head), Buffer.from([0xb4, 0xf2, 0xd3, 0xa1, 0xbb, 0xfa])]);
    expect(await parseMail(raw)).toMatchObject({ subject: '打印机', text: '打印机' });
  });

  it('brings its files, pasted pictures too', async () => {
    const files = [
      { name: 'log.txt', bytes: Buffer.from('x') },
      { name: '', bytes: Buffer.from('y'), type: 'image/png' },
    ];
    expect((await parse(letter({ files }))).files.map((f) => f.name)).toEqual(['log.txt', 'file-2.png']);
  });

  it.each([
    ['without a sender', 'Subject: x\r\n\r\nText', /names no sender/],
    ['that is nothing', '\0\x01\x02', /names no sender/],
    ['of deep HTML', `From: a@x.example\r\nContent-Type: text/html\r\n\r\n${'<div>'.repeat(3000)}`, /nested/],
  ])('%s is refused', async (_name, text, expected) => {
    await expect(parse(text)).rejects.toThrow(expected);
  });

  it.each([
    ['Message-ID: <a@b>\r\n\r\nMessage-ID: <c@d>', 'a@b'],
    ['message-id:\r\n <a@b>\r\n\r\n', 'a@b'],
    ['Subject: x\n\nMessage-ID: <c@d>', null],
  ])('its Message-ID stands in the headers only', (text, expected) => {
    expect(idOfRaw(Buffer.from(text))).toBe(expected);
  });

  it('that reports a delivery names the mail it is about', async () => {
    const report = [
      'From: MAILER-DAEMON@mx.example',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=part',
      '',
      '--part',
      'Content-Type: message/rfc822-headers',
      '',
      'Message-ID: <inc-000001.abc@itsm.example.org>',
      '--part--',
    ].join('\r\n');
    expect((await parse(report)).reported).toEqual(['inc-000001.abc@itsm.example.org']);
  });
});
