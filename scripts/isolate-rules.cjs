// What the compiler lets pass and a workflow must not do: run by `npm run lint` over workflows/ and domain/.
// Usage: node scripts/isolate-rules.cjs [tsconfig.json]      exit code 1 when something was found
const path = require('node:path');
const ts = require('typescript');

/** Names that differ between machines or runs, or do not exist in the isolate, with what to use instead. */
const BANNED_NAMES = {
  performance: 'instants come from Date.now() of the workflow (I13)',
  uuid4: 'ids are business ids made from the case, stable over retry and reset (I4)',
  Temporal: "Node's own Temporal reads the host's clock and zone data; use epoch milliseconds",
  process: 'not in the isolate',
  Buffer: 'not in the isolate',
  crypto: 'not in the isolate',
  structuredClone: 'not in the isolate',
  queueMicrotask: 'not in the isolate',
  setImmediate: 'not in the isolate',
  WeakRef: 'depends on the garbage collector',
  FinalizationRegistry: 'depends on the garbage collector',
};
/** Methods of Date that read the host's zone or language (I8: zones are explicit). */
const LOCAL_DATE =
  /^(get|set)(FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|Year)$|^getTimezoneOffset$|^toLocale|^to(Date|Time)?String$/;
/** Only for domain/: it is pure, the caller passes the instant and the chance. */
const DOMAIN_CLOCK = { 'Date.now': 'pass the instant in (I13)', 'Math.random': 'pass the choice in' };

/** Findings `{ file, line, message }` in every file of the program that `inScope` accepts. */
function check(program, inScope) {
  const checker = program.getTypeChecker();
  const findings = [];
  for (const source of program.getSourceFiles()) {
    const folder = inScope(source.fileName);
    if (folder === null) continue;
    const report = (node, message) => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      findings.push({ file: source.fileName, line: line + 1, message });
    };
    const visit = (node) => {
      checkName(node, checker, report);
      checkDate(node, checker, folder, report);
      checkValidator(node, checker, report);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return findings;
}

/** A use of a global (or of something imported) by a banned name; properties and own variables may be called so. */
function checkName(node, checker, report) {
  if (!ts.isIdentifier(node) || !Object.hasOwn(BANNED_NAMES, node.text)) return;
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return;
  if (ts.isImportSpecifier(parent) || isTypePosition(node)) {
    if (ts.isImportSpecifier(parent)) report(node, `${node.text}: ${BANNED_NAMES[node.text]}`);
    return;
  }
  const declared = checker.getSymbolAtLocation(node)?.declarations ?? [];
  const own = declared.some((d) => !d.getSourceFile().isDeclarationFile && !ts.isImportSpecifier(d));
  if (!own) report(node, `${node.text}: ${BANNED_NAMES[node.text]}`);
}

function isTypePosition(node) {
  for (let at = node.parent; at; at = at.parent) {
    if (ts.isTypeNode(at)) return true;
    if (ts.isStatement(at) || ts.isExpression(at)) return false;
  }
  return false;
}

function checkDate(node, checker, folder, report) {
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date') checkNewDate(node, folder, report);
  if (!ts.isPropertyAccessExpression(node)) return;
  const full = node.getText().replaceAll(/\s/g, '');
  if (folder === 'domain' && Object.hasOwn(DOMAIN_CLOCK, full)) report(node, `${full}: ${DOMAIN_CLOCK[full]}`);
  if (!LOCAL_DATE.test(node.name.text)) return;
  const type = checker.typeToString(checker.getTypeAtLocation(node.expression));
  if (type === 'Date' || node.name.text.startsWith('toLocale'))
    report(node, `${node.name.text}: reads zone or language of the host; use the UTC methods or toISOString (I8)`);
}

function checkNewDate(node, folder, report) {
  const args = node.arguments ?? [];
  if (args.length > 1) report(node, 'new Date(year, month …) is in the zone of the host; use Date.UTC (I8)');
  if (args.length === 0 && folder === 'domain') report(node, 'new Date() reads the clock; pass the instant in (I13)');
}

/** An update's validator must be synchronous: a promise in it leaves the workflow stuck, its callers waiting. */
function checkValidator(node, checker, report) {
  if (!ts.isCallExpression(node) || node.expression.getText().split('.').pop() !== 'setHandler') return;
  const options = node.arguments[2];
  if (!options) return;
  const symbol = checker.getTypeAtLocation(options).getProperty('validator');
  if (!symbol) return;
  const declaration = symbol.valueDeclaration;
  const value = declaration && ts.isPropertyAssignment(declaration) ? declaration.initializer : declaration;
  const type = checker.getTypeOfSymbolAtLocation(symbol, options);
  const promised = type.getCallSignatures().some((s) => isThenable(s.getReturnType(), checker));
  if (promised) report(value ?? options, 'validator returns a promise; a validator must be synchronous');
  else if (value) findPromise(value, checker, new Set(), report);
}

/** Follows the calls a validator makes through our own code and reports the first promise on each path. */
function findPromise(node, checker, seen, report, at = node) {
  const visit = (inner) => {
    if (ts.isCallExpression(inner)) {
      const signature = checker.getResolvedSignature(inner);
      if (signature && isThenable(signature.getReturnType(), checker))
        return report(at, `validator touches a promise (${inner.expression.getText()}); it must be synchronous`);
      follow(signature?.declaration);
    }
    if (ts.isIdentifier(inner))
      checker.getSymbolAtLocation(inner)?.declarations?.filter(ts.isFunctionDeclaration).forEach(follow);
    ts.forEachChild(inner, visit);
  };
  const follow = (declaration) => {
    if (!declaration?.body || seen.has(declaration) || declaration.getSourceFile().isDeclarationFile) return;
    seen.add(declaration);
    findPromise(declaration.body, checker, seen, report, at);
  };
  visit(node);
}

function isThenable(type, checker) {
  if (type.isUnion()) return type.types.some((t) => isThenable(t, checker));
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return false;
  const then = type.getProperty('then');
  return then !== undefined;
}

/** Checks workflows/ and domain/ beside `configFile` (tests left out). */
function checkProject(configFile) {
  const root = path.dirname(path.resolve(configFile));
  const { config, error } = ts.readConfigFile(configFile, ts.sys.readFile);
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const scope = (file) => {
    const [folder] = path.relative(root, file).split(path.sep);
    return ['workflows', 'domain'].includes(folder) && !file.endsWith('.test.ts') ? folder : null;
  };
  const files = fileNames.filter((file) => scope(file) !== null);
  if (files.length === 0) throw new Error(`${configFile} covers no file of workflows/ or domain/`);
  const found = check(ts.createProgram(files, options), scope);
  return { files: files.length, found: found.map((f) => ({ ...f, file: path.relative(root, f.file) })) };
}

if (require.main === module) {
  const { files, found } = checkProject(process.argv[2] ?? 'tsconfig.json');
  for (const { file, line, message } of found) console.error(`${file}:${line} ${message}`);
  console.error(`isolate rules: ${files} files, ${found.length} findings`);
  process.exitCode = found.length > 0 ? 1 : 0;
}

module.exports = { checkProject };
