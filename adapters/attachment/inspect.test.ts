import { deflateSync, gzipSync } from 'node:zlib';
import { DomainError } from '../../domain/errors';
import { zipOf } from '../../test/harness/zip';
import { ARCHIVE_LIMITS } from './archive';
import { inspectAttachment } from './inspect';

const utf8 = (text: string) => Buffer.from(text, 'utf8');
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const PDF = utf8('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
const EXE = Buffer.concat([utf8('MZ'), Buffer.from([0x90, 0, 3, 0, 0, 0, 4, 0, 0xff, 0xff]), Buffer.alloc(200)]);
const GBK = Buffer.from([0xd6, 0xd0, 0xce, 0xc4, 0xc8, 0xd5, 0xd6, 0xbe, 0x0d, 0x0a]);
const CFB = (stream: string) =>
  Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(504),
    Buffer.from(stream, 'utf16le'),
    Buffer.alloc(512),
  ]);
const ooxml = (...parts: string[]) =>
  zipOf(['[Content_Types].xml', ...parts].map((name) => ({ name, data: utf8('<x/>') })));
const zip = (name = 'a.log') => zipOf([{ name, data: utf8('line\n'.repeat(50)) }]);

/** The error of a file that is refused; fails when it is taken. */
async function refusedAs(name: string, bytes: Buffer): Promise<DomainError> {
  const outcome: unknown = await inspectAttachment(name, bytes).catch((e: unknown) => e);
  if (outcome instanceof DomainError) return outcome;
  throw new Error(`${name} was taken, or broke: ${String(outcome)}`);
}

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
it.each<[string, Buffer, string]>([
  ['shot.PNG', PNG, 'image/png'],
  ['x.gif', GIF, 'image/gif'],
  ['report.pdf', PDF, 'application/pdf'],
  ['说明.docx', ooxml('word/document.xml'), DOCX],
  ['t.xlsx', ooxml('xl/workbook.xml'), 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['old.doc', CFB('WordDocument'), 'application/msword'],
  ['old.xls', CFB('Workbook'), 'application/vnd.ms-excel'],
  ['logs.zip', zip(), 'application/zip'],
  ['logs.zip', zipOf([{ name: 'a.log.gz', data: gzipSync('x'.repeat(500)) }]), 'application/zip'],
  ['logs.zip', zipOf([{ name: 'b.zip', data: zip() }]), 'application/zip'],
  ['a.log.gz', gzipSync('line\n'.repeat(1000)), 'application/gzip'],
  ['日志.log', utf8('2026-01-01 启动\n\u001b[31m错误\u001b[0m'), 'text/plain'],
  ['win.log', GBK, 'text/plain'],
  ['ps.txt', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('日志', 'utf16le')]), 'text/plain'],
  ['a.csv', utf8('a,b\n1,2\n'), 'text/csv'],
  ['a.json', utf8('{"a": 1}'), 'application/json'],
  ['a.yml', utf8('a: 1\n'), 'application/yaml'],
  ['m.eml', utf8('From: a@example.org\r\nSubject: x\r\n\r\n<html>hello</html>'), 'message/rfc822'],
  ['MZ.txt', utf8('MZ is how it begins'), 'text/plain'],
])('takes %s as what it is', async (name, bytes, mediaType) => {
  const { sha256, ...file } = await inspectAttachment(name, bytes);
  expect(file).toEqual({ name, bytes, mediaType });
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
});

const withZip = (bytes: Buffer) => Buffer.concat([bytes, zip()]);
it.each<[string, string, Buffer, RegExp]>([
  ['a program', 'setup.exe', EXE, /executable/],
  ['a program that says it is a picture', 'cat.png', EXE, /executable/],
  ['a program that says it is text', 'cat.txt', EXE, /executable/],
  [
    'an ELF program',
    'tool.log',
    Buffer.concat([utf8('\u007fELF'), Buffer.from([2, 1, 1, 0]), Buffer.alloc(60)]),
    /executable/,
  ],
  ['a script', 'run.txt', utf8('#!/bin/sh\nrm -rf /\n'), /executable/],
  ['a batch file', 'run.bat', utf8('@echo off\n'), /\.bat are not taken/],
  ['HTML', 'a.html', utf8('<html></html>'), /HTML/],
  ['HTML that says it is text', 'a.txt', utf8('\n <!-- x --> <!DOCTYPE html><p>'), /HTML/],
  ['a script tag in a log', 'a.log', utf8('<script>alert(1)</script>'), /HTML/],
  ['SVG', 'a.svg', utf8('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'), /SVG/],
  ['SVG that says it is a picture', 'a.png', utf8('<svg onload="alert(1)"></svg>'), /SVG/],
  ['text that says it is a picture', 'a.png', utf8('hello'), /name says \.png, the content is text/],
  ['a picture that says it is a document', 'a.pdf', PNG, /name says \.pdf, the content is image\/png/],
  ['an archive that says it is a document', 'a.docx', zip(), /name says \.docx, the content is application\/zip/],
  ['a document that says it is an archive', 'a.zip', ooxml('word/document.xml'), /name says \.zip/],
  ['a document with macros', 'a.docx', ooxml('word/document.xml', 'word/vbaProject.bin'), /macros/],
  ['an installer in an old office document', 'a.doc', CFB('Property'), /x-cfb/],
  ['unknown bytes', 'a.txt', Buffer.from([1, 2, 3, 255, 0, 7, 129, 255]), /something unknown/],
  ['a name without extension', 'README', utf8('x'), /no extension/],
  ['a picture with an archive behind it', 'a.png', withZip(PNG), /at once/],
  ['a PDF with an archive behind it', 'a.pdf', withZip(PDF), /at once/],
  ['an archive with a picture before it', 'a.zip', withZip(GIF), /name says \.zip, the content is image\/gif/],
])('refuses %s', async (_what, name, bytes, why) => {
  const error = await refusedAs(name, bytes);
  expect(error.code).toBe('UnsupportedMediaType');
  expect(error.message).toMatch(why);
  expect(error.errors).toHaveLength(1);
});

/** As many levels of archives in each other, each holding two. */
function nest(levels: number): Buffer {
  if (levels === 0) return zip();
  const inner = nest(levels - 1);
  return zipOf([1, 2].map((n) => ({ name: `${n}.zip`, data: inner })));
}
const MB = 1024 * 1024;
const ZEROS = deflateSync(Buffer.alloc(MB)).subarray(2, -4);
const zeros = (declared: number) => ({ name: 'zeros.log', data: Buffer.alloc(0), packed: ZEROS, declared });
const deep = (levels: number) => nest(levels - 1);

it.each<[string, string, Buffer, RegExp]>([
  ['archives in archives in archives, as 42.zip', '42.zip', deep(6), /deeper than 2/],
  ['three levels', 'a.zip', deep(3), /deeper than 2/],
  ['a gigabyte of zeros', 'a.zip', zipOf([zeros(1024 * MB)]), /more than 500 MB/],
  ['many files of zeros', 'a.zip', zipOf(Array.from({ length: 30 }, () => zeros(MB))), /more than 200 times its size/],
  ['a directory that says too little', 'a.zip', zipOf([zeros(1000)]), /broken \(.*too many bytes/],
  ['a gzip bomb', 'a.gz', gzipSync(Buffer.alloc(30 * MB)), /more than 200 times/],
  ['a gzip bomb in an archive', 'a.zip', zipOf([{ name: 'a.gz', data: gzipSync(Buffer.alloc(30 * MB)) }]), /200 times/],
  ['a truncated archive', 'a.zip', zip().subarray(0, -30), /broken/],
  ['an archive without its beginning', 'a.zip', Buffer.concat([zip().subarray(0, 4), zip().subarray(60)]), /broken/],
  ['a truncated gzip', 'a.gz', gzipSync('x'.repeat(10_000)).subarray(0, -12), /broken/],
  ['an archive that reaches out', 'a.zip', zip('../../etc/passwd.txt'), /invalid relative path/],
  ['an archive with an absolute path', 'a.zip', zip('/etc/passwd.txt'), /absolute path/],
  ['an archive with a Windows path', 'a.zip', zip('C:/x.txt'), /absolute path/],
  ['an archive with a program', 'a.zip', zip('setup.exe'), /the program setup\.exe/],
  ['an archive that cannot be looked into', 'a.zip', zip('x.7z'), /not looked into/],
  [
    'too many files',
    'a.zip',
    zipOf(Array.from({ length: ARCHIVE_LIMITS.entries + 1 }, (_, i) => ({ name: `${i}.log`, data: Buffer.alloc(0) }))),
    /more than 10000 files/,
  ],
])('refuses %s', async (_what, name, bytes, why) => {
  const error = await refusedAs(name, bytes);
  expect(error.code).toBe('UnsupportedMediaType');
  expect(error.message).toMatch(why);
});

it('refuses an encrypted archive, and entries that share their bytes', async () => {
  expect(
    (await refusedAs('a.zip', zipOf([{ name: 'a.log', data: utf8('x'), packed: ZEROS, flags: 1 }]))).message,
  ).toMatch(/encrypted/);
  const overlapping = zipOf([
    { name: 'a.log', data: utf8('x'.repeat(400)) },
    { name: 'b.log', data: utf8('y'), at: 0, packedSize: 400 },
  ]);
  expect((await refusedAs('a.zip', overlapping)).message).toMatch(/over each other|broken/);
});

it('refuses an empty file', async () => {
  expect(await refusedAs('a.txt', Buffer.alloc(0))).toMatchObject({ code: 'ValidationFailed' });
});
