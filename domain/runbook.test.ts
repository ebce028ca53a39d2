import fc from 'fast-check';
import type { RunbookStepDoc } from './process-def-runbook';
import { buildRequest, EXCERPT_CHARS, judgeAnswer, placeholdersOf, secretsOf, shownOf } from './runbook';

type Http = RunbookStepDoc['http'];
const http = (more: Partial<Http> = {}): Http => ({ method: 'POST', url: 'https://a.example/x', ...more });
const TRICKY = 'a"b\\c\n{{secret.key}} 存储 ?&/#';

describe('buildRequest', () => {
  it('encodes in the URL, keeps within the text in JSON, and says what it is', () => {
    const step = http({ url: 'https://a.example/x?t={{case.title}}', body: { a: ['{{ case.title }}!'], n: 1 } });
    const { url, headers, body } = buildRequest(step, { title: TRICKY }, {});
    expect(new URL(url).searchParams.get('t')).toBe(TRICKY);
    expect(JSON.parse(body ?? '')).toEqual({ a: [`${TRICKY}!`], n: 1 });
    expect(headers).toEqual({ 'content-type': 'application/json' });
  });

  it('a value never brings placeholders of its own', () => {
    const { body } = buildRequest(http({ body: '{{case.title}}' }), { title: '{{secret.key}}' }, { key: 'open' });
    expect(body).toBe('"{{secret.key}}"');
  });

  it('headers carry plain text in one line, secrets unaltered or not at all', () => {
    const step = http({ headers: { 'X-Title': '{{case.title}}', Authorization: 'Bearer {{secret.key}}' } });
    const { headers } = buildRequest(step, { title: 'a\r\nX-Evil: 1' }, { key: 's3cr et' });
    expect(headers).toEqual({ 'x-title': 'a%0D%0AX-Evil: 1', authorization: 'Bearer s3cr et' });
    expect(() => buildRequest(step, { title: '' }, { key: 'a\nb' })).toThrow('{{secret.key}} has characters');
  });

  it.each(['..', '.', '../../admin'])('refuses to be led elsewhere by %s', (id) => {
    const fill = () => buildRequest(http({ url: 'https://a.example/cases/{{case.id}}/start' }), { id }, {}).url;
    if (id.includes('/')) expect(fill()).toBe('https://a.example/cases/..%2F..%2Fadmin/start');
    else expect(fill).toThrow('would change the path');
  });

  it('refuses what it has nothing for', () => {
    expect(() => buildRequest(http({ body: '{{case.colour}}' }), {}, {})).toThrow('{{case.colour}}');
    expect(() => buildRequest(http({ body: '{{secret.key}}' }), {}, {})).toThrow('{{secret.key}}');
  });

  it('the host is never a value’s', () => {
    fc.assert(
      fc.property(fc.string(), (title) => {
        let url: string;
        try {
          ({ url } = buildRequest(
            http({ url: 'https://a.example:8443/p/{{case.title}}?q={{case.title}}' }),
            { title },
            {},
          ));
        } catch {
          return; // refused
        }
        expect(new URL(url).host).toBe('a.example:8443');
        expect(new URL(url).pathname.split('/')).toHaveLength(3);
      }),
    );
  });
});

it('placeholders are found wherever they stand', () => {
  const step = http({
    url: 'https://a.example/{{case.id}}',
    headers: { a: '{{secret.one}}' },
    body: { deep: [{ text: 'x {{ secret.two }} {{case.title}}' }] },
  });
  expect(placeholdersOf(step).map((p) => `${p.at} ${p.name}`)).toEqual([
    'url case.id',
    'headers secret.one',
    'body secret.two',
    'body case.title',
  ]);
  expect(secretsOf(step)).toEqual(['one', 'two']);
});

describe('judgeAnswer', () => {
  const judge = (step: { expect: string; result?: string }, status: number, text: string, cut = false) =>
    judgeAnswer(step, { status, text, cut });

  it.each([
    ['200-299', 204, true],
    ['200-299', 300, false],
    ['201', 200, false],
    ['201', 201, true],
  ])('%s: %i is %s', (expect_, status, ok) => {
    expect(judge({ expect: expect_ }, status, 'x')).toMatchObject({ ok, excerpt: 'x' });
  });

  it('reads the part that is asked for', () => {
    const text = JSON.stringify({ 'a/b': [{ 'c~d': 'found' }, 7] });
    expect(judge({ expect: '200', result: '/a~1b/0/c~0d' }, 200, text)).toMatchObject({ ok: true, excerpt: 'found' });
    expect(judge({ expect: '200', result: '/a~1b/1' }, 200, text)).toMatchObject({ ok: true, excerpt: '7' });
    expect(judge({ expect: '200', result: '/toString' }, 200, text)).toMatchObject({ ok: false });
  });

  it('fails on an answer it cannot read that part of', () => {
    expect(judge({ expect: '200', result: '/a' }, 200, '<html>').reason).toContain('no JSON');
    expect(judge({ expect: '200', result: '/a' }, 200, '{}').reason).toContain('nothing at /a');
    expect(judge({ expect: '200', result: '/a' }, 200, '{"a":1', true).reason).toContain('longer');
  });
});

describe('shownOf', () => {
  it('holds no secret, however it is spelt', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, unit: 'grapheme' }), fc.string(), (secret, around) => {
        const spelt = [
          secret,
          JSON.stringify(secret).slice(1, -1),
          encodeURIComponent(secret),
          Buffer.from(secret).toString('base64'),
        ];
        for (const text of spelt) expect(shownOf(`[${text}]${around}`, [secret])).toMatch(/^\[•••\]/);
      }),
    );
  });

  it('is at most so long, and cut after masking', () => {
    const secret = 'x'.repeat(20);
    const shown = shownOf('a'.repeat(EXCERPT_CHARS - 10) + secret + secret, [secret]);
    expect(shown).not.toContain('x');
    expect(shownOf('a'.repeat(EXCERPT_CHARS + 1), [])).toHaveLength(EXCERPT_CHARS);
  });

  it('has no characters that a database row cannot hold', () => {
    expect(shownOf('a\u0000b\u001bc\n', [])).toBe('a b c\n');
  });
});
