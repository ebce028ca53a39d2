import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';

/**
 * Every recorded history must replay on the workflows as built: a change that would leave running cases stuck fails
 * here first. Recorded by `RECORD_HISTORIES=1 npm test -- histories` (the lives in workflows/histories.workflow.test.ts)
 * or `node scripts/record-history.mjs` (from a running engine); never edited. A change that cannot replay needs
 * `patched()` or a new workflow type (docs/operations.md, "Changing a workflow").
 */
const ROOT = path.resolve(__dirname, '../..');
const FOLDER = path.join(ROOT, 'test/histories');
const codePath = path.join(ROOT, 'dist/workflow-bundle.js');

interface RecordedEvent {
  eventType: string;
  workflowExecutionStartedEventAttributes?: { workflowType: { name: string } };
  timerStartedEventAttributes?: object;
  activityTaskScheduledEventAttributes?: object;
}
interface Recorded {
  events: RecordedEvent[];
}

const recorded = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({ file, history: JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as Recorded }));
const typeOf = (history: Recorded) => history.events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name;
const replay = (history: Recorded) =>
  Worker.runReplayHistory({ workflowBundle: { codePath } }, historyFromJSON(history));

beforeAll(() => {
  if (!existsSync(codePath)) throw new Error(`${codePath} is missing: npm run build`);
  // The mutations below are meant to fail; only their failing is of interest.
  const telemetryOptions = { logging: { forward: {}, filter: 'ERROR' } };
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined), telemetryOptions });
});

test('every workflow has a recorded history', () => {
  const index = readFileSync(path.join(ROOT, 'workflows/index.ts'), 'utf8');
  const exported = [...index.matchAll(/export \{([^}]*)\}/g)].flatMap((m) => (m[1] ?? '').split(','));
  const names = exported.map((name) => name.trim()).filter((name) => name !== '');
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !recorded.some(({ history }) => typeOf(history) === name))).toEqual([]);
});

test('no history names the machine that recorded it', () => {
  const naming = /"\d+@|\/work\/|\/home\/|\/Users\//;
  expect(recorded.filter(({ history }) => naming.test(JSON.stringify(history))).map(({ file }) => file)).toEqual([]);
});

for (const { file, history } of recorded) {
  test(`${file} replays`, async () => {
    await expect(replay(history)).resolves.toBeUndefined();
  }, 30_000);

  test(`${file}: code that does something else is found`, async () => {
    const other = structuredClone(history);
    const timer = other.events.find((e) => e.timerStartedEventAttributes);
    if (!timer) throw new Error('no timer in this history: record a case that waited');
    // As if the workflow that wrote this history had called an activity where ours sets a timer.
    delete timer.timerStartedEventAttributes;
    timer.eventType = 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED';
    timer.activityTaskScheduledEventAttributes = { activityId: '1', activityType: { name: 'other' } };
    await expect(replay(other)).rejects.toThrow(/nondeterminism|TMPRL1100/i);
  }, 30_000);
}
