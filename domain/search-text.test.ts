import fc from 'fast-check';
import { searchQuery, tokenize } from './search-text';

const lexemes = (text: string) => new Set(tokenize(text).map((t) => t.lexeme));

test.each([
  ['核心交换机端口 down', ['核心', '心交', '交换', '换机', '机端', '端口', 'down', '端', '口']],
  ['链路中断', ['链路', '路中', '中断']],
  ['镜像拉取失败：ImagePullBackOff', ['镜像', '拉取', '失败', 'imagepullbackoff', 'image', 'pull', 'back', 'off']],
  ['宕机', ['宕机', '宕', '机']],
  ['机', ['机']],
  ['ERR-1042 at 10.0.0.1:8080', ['err-1042', 'err', '1042', 'at', '10.0.0.1', '8080', '10', '0', '10.0.0.1:8080']],
  ['node_exporter', ['node_exporter', 'node', 'exporter']],
  ['see INC-000123.', ['see', 'inc-000123', 'inc', '000123']],
  ['/var/log/nginx/access.log', ['var/log/nginx/access.log', 'var', 'log', 'nginx', 'access.log', 'access']],
  ['C:\\Windows\\System32', ['c:\\windows\\system32', 'windows', 'system32']],
  ['ops@example.org', ['ops@example.org', 'ops', 'example.org', 'example', 'org']],
  ['ＥＲＲ－１０４２　ﾃｽﾄ', ['err-1042', 'テス', 'スト']],
  ['서버 장애', ['서버', '장애']],
  ['Größe ÄNDERN naïve', ['größe', 'ändern', 'naïve']],
  ['HTTPServer', ['httpserver', 'http', 'server']],
])('%s', (text, expected) => {
  const found = lexemes(text);
  expect(expected.filter((l) => !found.has(l))).toEqual([]);
});

test('pairs never reach over a space, a mark or into a word of an alphabet', () => {
  expect([...lexemes('端口 链路，镜像SW1宕机')].filter((l) => ['口链', '路镜', '像宕'].includes(l))).toEqual([]);
});

test('a sentence that a mail program has wrapped is one sentence; a paragraph is not', () => {
  expect(lexemes('核心交换\r\n 机').has('换机')).toBe(true);
  expect(lexemes('端口\n\n链路').has('口链')).toBe(false);
});

test('parts stand side by side, a whole stands where its first part stands', () => {
  expect(tokenize('disk ERR-1042 full')).toEqual([
    { lexeme: 'disk', at: 0 },
    { lexeme: 'err-1042', at: 1 },
    { lexeme: 'err', at: 1 },
    { lexeme: '1042', at: 2 },
    { lexeme: 'full', at: 3 },
  ]);
  expect(tokenize('交换机').filter((t) => t.at !== null)).toEqual([
    { lexeme: '交换', at: 0 },
    { lexeme: '换机', at: 1 },
  ]);
});

test.each([
  ['交换机 端口', "('交换' <-> '换机') & '端口'"],
  ['机', "'机'"],
  ['ERR-1042', "('err-1042' | ('err' <-> '1042'))"],
  ['10.0.0', "('10.0.0' | ('10' <-> '0' <-> '0'))"],
  ['swit*', "'swit':*"],
  ['node-exp*', "('node-exp':* | ('node' <-> 'exp':*))"],
  ['a* * 交*', "'a' & '交'"],
  ["it's \\ 'q'", "'it' & 's' & 'q'"],
  ['disk disk', "'disk'"],
  ['。！ --', null],
])('a query: %s', (text, expected) => {
  expect(searchQuery(text)).toBe(expected);
});

const anything = fc.string({ unit: 'binary', maxLength: 200 });

test('any text: no spaces, capitals or empty lexemes; places rise; the same every time', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const tokens = tokenize(text);
      for (const { lexeme } of tokens) {
        expect(lexeme).toMatch(/^\S{1,100}$/u);
        expect(lexeme.toLowerCase()).toBe(lexeme);
      }
      const places = tokens.flatMap((t) => t.at ?? []);
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(tokenize(text.normalize('NFKC'))).toEqual(tokens);
    }),
  );
});

test('whatever is typed in or taken out of a text, its own runs ask for lexemes it has', () => {
  const words = fc.array(
    fc.constantFrom('端口', '链路中断', 'ERR-1042', '10.0.0.1', 'node_exporter', '/a/b.c', 'Down', '机'),
  );
  fc.assert(
    fc.property(words, fc.constantFrom(' ', ', ', '，', ' – '), (list, gap) => {
      const known = lexemes(list.join(gap));
      const asked = list.flatMap((w) => [...(searchQuery(w) ?? '').matchAll(/'([^']+)'/g)].map((m) => m[1] ?? ''));
      expect(asked.filter((l) => !known.has(l))).toEqual([]);
    }),
  );
});
