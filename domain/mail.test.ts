import { aboveReplyLine, fitting, kindOfMail, type MailHeaders, REPLY_LINE, titleOf } from './mail';

const own = { mark: 'our-mark', addresses: ['desk@example.org', 'continuo@example.org'] };
const kind = (headers: MailHeaders, sender = 'eva@customer.example') => kindOfMail({ headers, sender }, own).kind;

describe('who wrote', () => {
  it.each<[string, MailHeaders, string]>([
    ['nothing special', { subject: ['Re: printer'] }, 'person'],
    ['Auto-Submitted: no', { 'auto-submitted': ['no'] }, 'person'],
    ['X-Auto-Response-Suppress: None', { 'x-auto-response-suppress': ['None'] }, 'person'],
    ["another installation's mark", { 'x-continuo': ['their-mark'] }, 'person'],
    ['our mark', { 'x-continuo': ['our-mark'] }, 'own'],
    ['an out-of-office notice', { 'auto-submitted': ['auto-replied (vacation)'] }, 'auto-reply'],
    ['an old out-of-office notice', { 'x-autoreply': ['yes'] }, 'auto-reply'],
    ['Precedence: auto_reply', { precedence: ['auto_reply'] }, 'auto-reply'],
    ['a device', { 'auto-submitted': ['auto-generated'] }, 'machine'],
    ['Exchange', { 'x-auto-response-suppress': ['OOF, AutoReply'] }, 'machine'],
    ['a mailing list', { 'list-id': ['<users.example.org>'] }, 'list'],
    ['mass mail', { precedence: ['bulk'] }, 'list'],
    ['a newsletter', { 'list-unsubscribe': ['<mailto:off@example.org>'] }, 'list'],
    ['an empty Return-Path', { 'return-path': ['<>'] }, 'bounce'],
    [
      'an automatic answer with an empty Return-Path',
      { 'return-path': ['<>'], 'auto-submitted': ['auto-replied'] },
      'auto-reply',
    ],
    ['a delivery report', { 'content-type': ['multipart/report; report-type=delivery-status; boundary=x'] }, 'bounce'],
  ])('%s', (_name, headers, expected) => {
    expect(kind(headers)).toBe(expected);
  });

  it.each([
    ['mailer-daemon@mx.example.org', 'bounce'],
    ['postmaster@mx.example.org', 'bounce'],
    ['desk@example.org', 'own'],
    ['continuo@example.org', 'own'],
    ['postmasters-friend@example.org', 'person'],
  ])('From %s: %s', (sender, expected) => {
    expect(kind({}, sender)).toBe(expected);
  });
});

describe('what was written above our line', () => {
  const quoted = `> ${REPLY_LINE} Please write your answer above this line.\n> \n> Hello`;

  it.each([
    ['a quotation', `It works now.\n\nOn Monday desk@example.org wrote:\n${quoted}`, 'It works now.'],
    ['a Chinese quotation', `现在好了。\n\n服务台 写道：\n\n${quoted}`, '现在好了。'],
    ['no quotation', 'It works now.\n\n> somebody said', 'It works now.\n\n> somebody said'],
    ['a line with a colon that is all there is', `Thanks:\n${quoted}`, 'Thanks:'],
  ])('%s', (_name, text, expected) => {
    expect(aboveReplyLine(text)).toBe(expected);
  });

  it('keeps everything when the answer stands below', () => {
    const text = `${quoted}\n\nIt works now.`;
    expect(aboveReplyLine(text)).toBe(text);
  });
});

describe('titles and lengths', () => {
  it.each([
    [{ subject: '  Printer \r\n broken', text: 'x' }, 'Printer broken'],
    [{ subject: '', text: '\nIt does not print.\nAt all.' }, 'It does not print.'],
    [{ subject: '', text: '' }, 'eva@customer.example'],
    [{ subject: 'x'.repeat(300), text: '' }, 'x'.repeat(200)],
  ])('%#', (mail, expected) => {
    expect(titleOf({ ...mail, sender: 'eva@customer.example' })).toBe(expected);
  });

  it('says what was cut', () => {
    expect(fitting('short', 50, '[cut]')).toBe('short');
    const cut = fitting('x'.repeat(100), 50, '[cut]');
    expect(cut).toHaveLength(50);
    expect(cut.endsWith('x\n\n[cut]')).toBe(true);
  });
});
