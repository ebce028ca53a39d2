import { incidentWorkflowId } from '../activities/incident-client';
import { FAULT_REPORT } from '../test/harness/incident-fixture';
import { IncidentWorld } from '../test/harness/incident-world';
import { replayed } from '../test/harness/lives';
import { until } from '../test/harness/until';
import { effectDone, peer, roll } from './incident';

// Lives of cases for the replay gate (test/replay). `RECORD_HISTORIES=1 npm test -- histories` records them anew: only when
// a life is added, never to make a change of the workflow pass.

let world: IncidentWorld;
beforeAll(async () => {
  world = await IncidentWorld.start();
}, 120_000);
afterAll(() => world.stop());

/** Lives by name; each leads one case and names its runs to record. */
const LIVES: Record<string, () => Promise<{ id: string; runs: string[] }>> = {
  async 'open-acknowledge-resolve-close'() {
    const id = await world.open('III');
    await world.env.sleep('3 minutes');
    await world.act(id, 'acknowledge');
    await world.act(id, 'plan', { text: 'restart it' });
    await world.act(id, 'resolve', { resolution: 'restarted' });
    await world.env.sleep('1 hour');
    await world.act(id, 'close');
    return only(id);
  },
  async 'five-levels'() {
    const id = await world.open('I');
    await world.env.sleep('4 hours');
    await world.act(id, 'resolve', { resolution: 'late' });
    await world.act(id, 'submit-report', { report: FAULT_REPORT });
    await world.env.sleep('14 days');
    return only(id);
  },
  async 'pend-resume-reopen'() {
    const id = await world.open('II');
    await world.act(id, 'acknowledge');
    await world.act(id, 'pend', { reason: 'customer' });
    await world.env.sleep('1 hour');
    await world.act(id, 'resume');
    await world.act(id, 'pend', { reason: 'window' });
    await world.env.sleep('25 hours');
    await world.act(id, 'prioritise', { impact: 'low', urgency: 'low', reason: 'works again' });
    await world.act(id, 'resolve', { resolution: 'replaced' });
    await world.act(id, 'reopen', { reason: 'not so' });
    await world.env.sleep('31 minutes');
    await world.act(id, 'cancel', { reason: 'twice' });
    return only(id);
  },
  async 'lines-supplier-report'() {
    const id = await world.open('II');
    await world.act(id, 'claim');
    await world.env.sleep('31 minutes');
    await world.act(id, 'assess', { decision: 'escalate', grounds: 'skill', note: 'has to be seen' });
    await world.act(id, 'escalate-supplier', { supplier: 'hardware-vendor', note: 'disk' });
    await world.env.sleep('5 hours');
    await world.act(id, 'run-step', { runbook: 'diagnostics', step: 'collect' });
    await world.env.sleep('2 hours');
    await world.act(id, 'resolve', { resolution: 'disk replaced' });
    await world.env.sleep('9 days');
    await world.act(id, 'submit-report', { report: FAULT_REPORT });
    await world.act(id, 'close');
    return only(id);
  },
  async 'merged-and-told'() {
    const id = await world.open('III');
    await world.act(id, 'merge', { into: 'INC-999999' });
    const key = `${id}:tell:${world.activities.of(id).view.version}`;
    await world.handle(id).signal(effectDone, { key, kind: 'tell', ok: true });
    await world.env.sleep('25 hours');
    const told = { key: 'k1', from: 'INC-999999', actor: 'engineer', what: 'ended', state: 'closed' } as const;
    await world.handle(id).signal(peer, { ...told, resolution: 'replaced' });
    return only(id);
  },
  async 'continue-as-new'() {
    const id = await world.open('III');
    const first = await world.runId(id);
    await world.act(id, 'acknowledge');
    await world.handle(id).signal(roll);
    await until(async () => (await world.runId(id)) !== first, `${id} runs anew`);
    const second = await world.runId(id);
    await world.env.sleep('13 hours');
    await world.act(id, 'cancel', { reason: 'over' });
    return { id, runs: [first, second] };
  },
  async 'projection-away'() {
    const id = await world.open('III');
    world.activities.broken = 'the database is away';
    await world.act(id, 'acknowledge');
    await world.act(id, 'note', { text: 'meanwhile' });
    world.activities.broken = null;
    await world.env.sleep('2 minutes');
    await world.act(id, 'cancel', { reason: 'over' });
    return only(id);
  },
  async alerts() {
    const o = world.next('I', { source: 'prometheus', reporter: 'source:prometheus' });
    const tell = (version: number, firing: number) =>
      world.incidents.signalAlerts(o, { groupId: '1', version, firing, total: 2 });
    await tell(1, 1);
    await world.env.sleep('1 minute');
    await tell(2, 0);
    await world.act(o.id, 'resolve', { resolution: 'by itself' });
    await tell(3, 2);
    await world.committed(o.id, 'reopened');
    await world.act(o.id, 'cancel', { reason: 'a test of monitoring' });
    return only(o.id);
  },
};

async function only(id: string) {
  return { id, runs: [await world.runId(id)] };
}

it.each(Object.keys(LIVES))(
  '%s replays as it was lived',
  async (name) => {
    const { id, runs } = (await LIVES[name]?.()) ?? { id: '', runs: [] };
    await replayed(world.env, `incident-${name}`, { workflowId: incidentWorkflowId(id), runs });
  },
  30_000,
);
