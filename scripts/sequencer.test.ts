import Sequencer from './sequencer.cjs';

const test_ = (suite: string, file: string) => ({
  path: require.resolve(file),
  context: { config: { displayName: { name: suite } } },
});
const unit = test_('unit', './sequencer.test');
const server = test_('server', './suites.test');
const stories = [test_('story', '../test/stories/request.test'), test_('story', '../test/stories/readme.test')];
const fault = test_('fault', '../test/faults/kill.test');
const all = [unit, ...stories, server, fault];

test('suites that start whole platforms come first, longer files before shorter ones', () => {
  expect(new Sequencer().sort([...all].reverse())).toEqual([fault, ...stories, server, unit]);
});

test('shards hold every file once', () => {
  const sequencer = new Sequencer();
  const parts = [1, 2].map((shardIndex) => sequencer.shard(all, { shardIndex, shardCount: 2 }));
  expect(parts.map((p) => p.length)).toEqual([3, 2]);
  expect(new Set(parts.flat())).toEqual(new Set(all));
});
