import yauzl from 'yauzl';
import type { DocumentContent } from '../../domain/document';
import { contentIn, partOf } from '../../test/harness/fault-report';
import { inspectAttachment } from '../attachment/inspect';
import { writeDocx } from './docx';

/** The XML of a part of the file. */
async function part(bytes: Buffer, name: string): Promise<string> {
  const zip = await yauzl.fromBufferPromise(bytes);
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== name) continue;
    const chunks: Buffer[] = [];
    for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }
  throw new Error(`${name} is missing`);
}

const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"', '&apos;': "'" };
/** What a reader sees: the texts of all runs, breaks as line feeds. */
const textOf = (xml: string) =>
  [...xml.matchAll(/<w:t\b[^>]*>([^<]*)<\/w:t>|<w:br\/>|<\/w:p>/g)]
    .map(([all, run]) => (all.startsWith('<w:t') ? (run ?? '').replace(/&\w+;/g, (e) => ENTITIES[e] ?? e) : '\n'))
    .join('');

const textsOf = ({ parts, signatures, ...c }: DocumentContent) => [
  c.title,
  c.subject,
  ...parts.flatMap((p) => [
    p.heading,
    ...p.rows.flatMap((r) => [r.label, r.text]),
    ...p.tables.flatMap((t) => [t.heading, ...t.columns, ...t.rows.flat()]),
  ]),
  signatures.heading,
  ...signatures.rows.flatMap((r) => [r.role, r.name, r.date]),
];

it.each(['zh-CN', 'en'] as const)('says all that the report says, in %s', async (locale) => {
  const content = await contentIn(locale);
  const bytes = await writeDocx(content);
  const text = textOf(await part(bytes, 'word/document.xml'));
  for (const said of textsOf(content)) expect(text).toContain(said);
  expect(text).toContain('<主机> 挂载超时 & 重试');
  expect(text).toContain(locale === 'en' ? 'Likelihood of recurrence' : '再次发生的可能性');
  expect(textOf(await part(bytes, 'word/footer1.xml'))).toContain(content.footer);
});

it('is a document of the kind that may be attached, on A4', async () => {
  const bytes = await writeDocx(await contentIn('zh-CN'));
  await expect(inspectAttachment('报告.docx', bytes)).resolves.toMatchObject({ name: '报告.docx' });
  expect(await part(bytes, 'word/document.xml')).toContain('<w:pgSz w:w="11906" w:h="16838"');
});

it('stays well-formed whatever people write', async () => {
  const content = await contentIn('en');
  partOf(content, 1).rows = [{ label: 'x', text: 'a\u0000b\u000bc\ud800d\uffffe😀]]>&lt;' }];
  const xml = await part(await writeDocx(content), 'word/document.xml');
  expect(textOf(xml)).toContain('abcde😀]]>&lt;');
});
