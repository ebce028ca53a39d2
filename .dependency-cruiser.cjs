// Who may import whom (docs/architecture.md). One allow-list per folder: what is not named is forbidden.
// Tests may import anything; they are left out of the folder rules, not of the rule against cycles.

const TEST = '(\\.test\\.tsx?$|^test/)';

/** Ours = a file of this repository, in contrast to a package or a Node module. */
const ours = (...allowed) => ({ pathNot: ['node_modules', ...allowed], dependencyTypes: ['local'] });

/** Files of `folder` import, of ours, only what matches `allowed`. */
const only = (folder, ...allowed) => ({
  name: `${folder.replace('/src', '')}-imports-only`,
  comment: `${folder} may import of ours only: ${allowed.join(', ')}`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: TEST },
  to: ours(`^${folder}/`, ...allowed),
});

/** The client of a workflow: the one place that knows how to start, signal and ask it. */
const CLIENT = '^activities/[a-z-]+-client\\.ts$';
/** Activities that only compute (wall clock, calendars, rotas, definitions): no side effect, so the API uses them too. */
const COMPUTES = '^activities/(calendar|oncall|wall-clock|definitions[a-z-]*|convergence-[a-z]+)\\.ts$';

/** Rules about definitions that need no schema: the screens draw and compare with them. */
const WITHOUT_SCHEMA = '^domain/process-def-(diff|request-walk|compile-steps)\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment:
        'Two files that need each other are one file, or share a third. Types alone may go round: they are erased.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports it and it is no entry point: delete it or use it.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          TEST,
          '\\.d\\.[cm]?ts$',
          '\\.(c|m)?js$',
          '^(start|worker|server|cli)\\.ts$',
          '^web/src/main\\.tsx$',
          '^web/vite\\.config\\.ts$',
          '^bench/',
        ],
      },
      to: {},
    },
    {
      name: 'not-resolvable',
      comment: 'The import leads nowhere, or to a package that package.json does not name.',
      severity: 'error',
      from: { pathNot: '^web/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-package',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-dev-package-at-run-time',
      comment: 'The image carries no devDependencies; types are erased and may come from anywhere.',
      severity: 'error',
      from: { path: '^((domain|workflows|activities|adapters|api|db|engine)/|[a-z-]+\\.ts$)', pathNot: TEST },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
    },
    {
      name: 'no-test-code-in-product',
      severity: 'error',
      from: { pathNot: [TEST, '^bench/'] },
      to: { path: TEST },
    },

    only('domain'),
    {
      name: 'domain-is-pure',
      comment: 'No package and no Node module; zod only in the schema of process definitions, CEL only in its wrapper.',
      severity: 'error',
      from: { path: '^domain/', pathNot: [TEST, '^domain/process-def[a-z-]*\\.ts$', '^domain/condition\\.ts$'] },
      to: { dependencyTypesNot: ['local'] },
    },
    {
      name: 'condition-imports-cel-only',
      severity: 'error',
      from: { path: '^domain/condition\\.ts$' },
      to: { dependencyTypesNot: ['local'], pathNot: 'node_modules/@marcbachmann/cel-js/' },
    },
    {
      name: 'process-def-imports-zod-only',
      severity: 'error',
      from: { path: '^domain/process-def[a-z-]*\\.ts$', pathNot: TEST },
      to: { dependencyTypesNot: ['local'], pathNot: 'node_modules/zod/' },
    },

    only('workflows', '^domain/', '^activities/'),
    {
      name: 'workflows-know-only-types-of-activities',
      severity: 'error',
      from: { path: '^workflows/', pathNot: TEST },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-import-temporal-only',
      comment: 'What an isolate runs must be replayable: no Node module, no luxon, rrule or zod.',
      severity: 'error',
      from: { path: '^workflows/', pathNot: TEST },
      to: { dependencyTypesNot: ['local'], pathNot: 'node_modules/@temporalio/(workflow|common)/' },
    },
    {
      name: 'no-schema-library-in-the-isolate',
      comment: 'Whatever a workflow reaches by value, however far, ends up in the bundle.',
      severity: 'error',
      from: { path: '^workflows/', pathNot: TEST },
      to: { path: 'node_modules/(zod|luxon|rrule|ajv|knex|pg)/', reachable: true },
    },

    only('activities', '^domain/', '^db/', '^adapters/', '^workflows/'),
    {
      name: 'workflow-contracts-through-the-client',
      comment: 'Definitions of signals and updates are values; only the client of a workflow sends them.',
      severity: 'error',
      from: { path: '^activities/', pathNot: [TEST, CLIENT] },
      to: { path: '^workflows/', dependencyTypesNot: ['type-only'] },
    },
    only('api', '^domain/', '^db/', '^adapters/', '^workflows/', CLIENT, COMPUTES),
    only('adapters', '^domain/', '^db/'),
    only('db', '^domain/'),
    only('engine'),
    {
      name: 'web-imports-only',
      comment: 'web may import of ours only the domain',
      severity: 'error',
      from: { path: '^web/', pathNot: TEST },
      to: ours('^web/', '^domain/'),
    },
    {
      name: 'web-takes-only-types-of-definitions',
      comment: 'The schema of definitions brings zod; its types are erased.',
      severity: 'error',
      from: { path: '^web/', pathNot: TEST },
      to: { path: '^domain/process-def', pathNot: WITHOUT_SCHEMA, dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|data|node_modules|web/dist|docs)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    skipAnalysisNotInRules: true,
  },
};
