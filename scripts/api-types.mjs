// Writes web/src/api-types.ts from the routes of the API, without starting anything; `--check` only compares.
// Needs the compiled backend: node scripts/build.mjs --backend
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const target = path.join(root, 'web/src/api-types.ts');
const require = createRequire(import.meta.url);
const { openapiDocument } = require('../dist/api/openapi.js');
const { Registry } = require('prom-client');
const { allRoutes } = require('../dist/api/routes.js');

/** Routes are only described here: nothing of what they work with is touched. The live stream is not read by fetch. */
const routes = allRoutes({
  db: {},
  config: {},
  limits: {},
  incidents: {},
  feed: { routes: [] },
  metrics: { registry: new Registry() },
});
const HEAD = '// Made by scripts/api-types.mjs from the schemas that validate requests. Do not edit.\n';
const types = HEAD + astToString(await openapiTS(JSON.stringify(openapiDocument(routes))));

if (!process.argv.includes('--check')) {
  fs.writeFileSync(target, types);
} else if (!fs.existsSync(target) || fs.readFileSync(target, 'utf8') !== types) {
  console.error('api-types: web/src/api-types.ts is out of date; run: node scripts/api-types.mjs');
  process.exit(1);
}
console.log('ok');
