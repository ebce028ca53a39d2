import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');
const pages = [
  'README.md',
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) => `docs/${file}`),
]
  .filter((file) => file.endsWith('.md'))
  .map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }));

/** The anchor GitHub gives a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
const anchors = (text: string) => [...text.matchAll(/^#+ (.+)$/gm)].map((m) => anchor(m[1] ?? ''));

test.each(pages)('$file: links lead somewhere', ({ file, text }) => {
  const links = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map((m) => m[1] ?? '');
  const broken = links.filter((link) => {
    const [target = '', hash] = link.split('#');
    const full = target === '' ? path.join(ROOT, file) : path.resolve(ROOT, path.dirname(file), target);
    return !existsSync(full) || (hash !== undefined && !anchors(readFileSync(full, 'utf8')).includes(hash));
  });
  expect(broken).toEqual([]);
});

test.each(pages)('$file: files named in the text exist', ({ file, text }) => {
  const named = [
    ...text.matchAll(
      /`((?:domain|workflows|activities|adapters|api|db|engine|scripts|test|process-defs|templates|web\/src)\/[\w./-]*[\w/])`/g,
    ),
  ]
    .map((m) => m[1] ?? '')
    .filter((name) => !existsSync(path.join(ROOT, name)));
  expect({ file, named }).toEqual({ file, named: [] });
});

test('every environment variable that the pages name is one of ours', () => {
  const settings = readFileSync(path.join(ROOT, 'config-settings.ts'), 'utf8');
  const compose = readFileSync(path.join(ROOT, 'docker-compose.yml'), 'utf8');
  const named = pages.flatMap(({ text }) =>
    [
      ...text.matchAll(
        /\b((?:CONTINUO|TEMPORAL|SMTP|DATABASE|PUBLIC|DATA|WORKER|TRUST|POSTGRES)_[A-Z_]+[A-Z])\b(?!\*)/g,
      ),
    ].map((m) => m[1] ?? ''),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(
    [...new Set(named)].filter((name) => !settings.includes(`${name}:`) && !compose.includes(`\${${name}`)),
  ).toEqual([]);
});
