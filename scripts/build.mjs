// Compiles TypeScript to dist/, bundles the workflows and builds the web UI; each part is skipped when its inputs are unchanged.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = path.join(root, 'dist');
const BACKEND = ['domain', 'workflows', 'activities', 'adapters', 'api', 'db', 'engine', 'bench', 'test'];
const only = new Set(process.argv.slice(2).map((a) => a.replace(/^--/, '')));
const wanted = (part) => only.size === 0 || only.has(part);

/** All files below `dir` with one of the endings, sorted. */
function files(dir, endings) {
  if (!fs.existsSync(dir)) return [];
  return fs
    .readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && endings.some((x) => e.name.endsWith(x)))
    .map((e) => path.join(e.parentPath, e.name))
    .filter((f) => !f.includes(`${path.sep}node_modules${path.sep}`) && !f.includes(`${path.sep}dist${path.sep}`))
    .sort();
}

function digest(list) {
  const h = createHash('sha256');
  for (const f of [...list, path.join(root, 'package-lock.json'), fileURLToPath(import.meta.url)])
    h.update(path.relative(root, f)).update('\0').update(fs.readFileSync(f)).update('\0');
  return h.digest('hex');
}

/** Runs `make` unless the stamp of an earlier run names the same inputs. */
async function step(name, inputs, make) {
  const stamp = path.join(dist, `.${name}.stamp`);
  const now = digest(inputs);
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === now) return;
  const began = Date.now();
  process.stderr.write(`build: ${name} …\n`);
  fs.rmSync(stamp, { force: true });
  await make();
  fs.mkdirSync(dist, { recursive: true });
  fs.writeFileSync(stamp, now);
  process.stderr.write(`build: ${name} done in ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
}

async function compile(sources) {
  const swc = await import('@swc/core');
  for (const source of sources) {
    const target = path.join(dist, path.relative(root, source).replace(/\.ts$/, '.js'));
    const { code, map } = await swc.transformFile(source, {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022', keepClassNames: true },
      module: { type: 'commonjs' },
      sourceMaps: true,
    });
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, `${code}\n//# sourceMappingURL=${path.basename(target)}.map\n`);
    fs.writeFileSync(`${target}.map`, map ?? '');
  }
}

async function bundleWorkflows() {
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const quiet = () => undefined;
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(root, 'workflows/index.ts'),
    logger: { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: console.warn, error: console.error },
  });
  // With an empty source map: the SDK maps a stack trace for each promise of a workflow, on every wake-up.
  const empty = Buffer.from('{"version":3,"sources":[],"names":[],"mappings":""}').toString('base64');
  const bare = code.replace(/\n\/\/# sourceMappingURL=data:.*$/s, '\n');
  fs.writeFileSync(
    path.join(dist, 'workflow-bundle.js'),
    `${bare}//# sourceMappingURL=data:application/json;charset=utf-8;base64,${empty}\n`,
  );
}

async function buildWeb() {
  const { build } = await import('vite');
  await build({ root: path.join(root, 'web'), configFile: path.join(root, 'web/vite.config.ts'), logLevel: 'warn' });
}

const backend = [
  ...BACKEND.flatMap((d) => files(path.join(root, d), ['.ts'])),
  ...fs
    .readdirSync(root)
    .filter((f) => f.endsWith('.ts') && !f.endsWith('.d.ts'))
    .map((f) => path.join(root, f)),
].filter((f) => !f.endsWith('.test.ts'));
if (wanted('backend')) await step('backend', backend, () => compile(backend));
const bundled = ['domain', 'workflows']
  .flatMap((d) => files(path.join(root, d), ['.ts']))
  .filter((f) => !f.endsWith('.test.ts'));
if (wanted('workflows')) await step('workflows', bundled, bundleWorkflows);
if (wanted('web') && fs.existsSync(path.join(root, 'web/vite.config.ts')))
  await step('web', files(path.join(root, 'web'), ['.ts', '.tsx', '.css', '.html', '.json', '.svg']), buildWeb);
