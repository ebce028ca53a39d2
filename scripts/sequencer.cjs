// Order of the test files of a run: the long ones first, so that the last of them does not run alone while a core idles.
const { statSync } = require('node:fs');

/** Projects by how long a file of theirs takes, longest first. */
const ORDER = ['fault', 'browser', 'story', 'server', 'workflow', 'unit'];
const rank = (test) => ORDER.indexOf(test.context.config.displayName?.name ?? 'unit');

/** Jest's interface of a sequencer; nothing is kept from one run to the next, so a fresh clone runs as any other. */
class Sequencer {
  sort(tests) {
    const size = new Map(tests.map((t) => [t.path, statSync(t.path).size]));
    return [...tests].sort((a, b) => rank(a) - rank(b) || (size.get(b.path) ?? 0) - (size.get(a.path) ?? 0));
  }

  shard(tests, { shardIndex, shardCount }) {
    return this.sort(tests).filter((_, i) => i % shardCount === shardIndex - 1);
  }

  /** Which ones failed before is not kept either: all of them run. */
  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}

module.exports = Sequencer;
