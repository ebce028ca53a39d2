// Projects, transforms and why: docs/adr/0001-modules-and-transforms.md
const { existsSync } = require('node:fs');
const path = require('node:path');

/** Packages that ship ES modules only; jest cannot require() them untransformed. */
const ESM_ONLY = [
  '@marcbachmann/cel-js',
  '@seriousme/openapi-schema-validator',
  '@sparticuz/chromium',
  'file-type',
  'jose',
  'oauth4webapi',
  'openid-client',
  'strtok3',
  'token-types',
  '@x0k/json-schema-merge',
  'uint8array-extras',
  '@tokenizer/inflate',
  '@borewit/text-codec',
];

const swc = (syntax) => [
  '@swc/jest',
  {
    jsc: { parser: syntax, target: 'es2022', keepClassNames: true, transform: { react: { runtime: 'automatic' } } },
    module: { type: 'commonjs' },
  },
];

const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '\\.tsx?$': swc({ syntax: 'typescript', tsx: true }),
    '\\.m?js$': swc({ syntax: 'ecmascript' }),
  },
  transformIgnorePatterns: [`/node_modules/(?!(${ESM_ONLY.join('|')})/)`],
  moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'cjs', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/', '<rootDir>/web/dist/'],
};

/** A project starts what its tests need in `test/harness/<needs>-setup.ts`, once for a run. */
function project(displayName, testMatch, { needs, ignore = [] } = {}) {
  const hook = (phase) => {
    const file = path.join(__dirname, 'test', 'harness', `${needs}-${phase}.ts`);
    return needs !== undefined && existsSync(file) ? file : undefined;
  };
  return {
    ...shared,
    displayName,
    testMatch: testMatch.map((glob) => `<rootDir>/${glob}`),
    testPathIgnorePatterns: ['/node_modules/', ...ignore],
    globalSetup: hook('setup'),
    globalTeardown: hook('teardown'),
  };
}

module.exports = {
  // The Temporal SDK's native part keeps a handle open for the life of the process: jest would wait for it for ever.
  forceExit: true,
  // A slow machine is no fault; what hangs still ends.
  testTimeout: 60_000,
  projects: [
    project('unit', ['**/*.test.ts', '**/*.test.tsx'], {
      ignore: ['\\.(workflow|server)\\.test\\.ts$', '<rootDir>/test/(stories|faults|browser)/'],
    }),
    project('workflow', ['**/*.workflow.test.ts'], { needs: 'workflow' }),
    project('server', ['**/*.server.test.ts'], { needs: 'server' }),
    project('story', ['test/stories/*.test.ts'], {
      needs: existsSync(path.join(__dirname, 'test/harness/story-setup.ts')) ? 'story' : 'server',
      ignore: ['\\.(workflow|server)\\.test\\.ts$'],
    }),
    project('fault', ['test/faults/*.test.ts'], { needs: 'story' }),
    project('browser', ['test/browser/*.test.ts'], { needs: 'browser' }),
  ],
};
