// What a browser loads before the incident list is there, gzipped, against a stated limit. Prints `ok` or fails.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Bytes of JavaScript, gzipped: 359 000 measured, plus ten per cent. */
const LIMIT = 395_000;
/** Opening `/incidents` signed in: the page, its frame, the list and one language. */
const FIRST = ['index.html', 'src/shell/shell.tsx', 'src/incident/list.tsx', 'src/i18n/pack-zh-CN.ts'];

const dist = path.join(path.dirname(fileURLToPath(import.meta.url)), '../dist/web');
const manifestFile = path.join(dist, '.vite/manifest.json');
if (!fs.existsSync(manifestFile)) {
  console.error(`bundle-size: ${manifestFile} is missing; build first: node scripts/build.mjs --web`);
  process.exit(1);
}
const manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8'));

/** A chunk and everything it imports at once. */
function load(key, seen) {
  const chunk = manifest[key];
  if (chunk === undefined) throw new Error(`bundle-size: the manifest has no ${key}`);
  if (seen.has(chunk.file)) return;
  seen.add(chunk.file);
  for (const css of chunk.css ?? []) seen.add(css);
  for (const next of chunk.imports ?? []) load(next, seen);
}

const files = new Set();
for (const key of FIRST) load(key, files);
const sizes = [...files].map((file) => ({ file, bytes: gzipSync(fs.readFileSync(path.join(dist, file))).length }));
const total = (ending) => sizes.filter((s) => s.file.endsWith(ending)).reduce((sum, s) => sum + s.bytes, 0);
const js = total('.js');
for (const s of sizes.sort((a, b) => b.bytes - a.bytes)) console.log(String(s.bytes).padStart(8), s.file);
console.log(`first load, gzipped: ${js} bytes of JavaScript (limit ${LIMIT}), ${total('.css')} bytes of CSS`);
if (js > LIMIT) {
  console.error(`bundle-size: ${js - LIMIT} bytes over the limit. Split a place, or raise the limit with a reason.`);
  process.exit(1);
}
console.log('ok');
