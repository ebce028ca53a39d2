import type { IncidentOp } from '../../domain/incident-command';

/** A complete fault report as a caller sends it. */
export const REPORT_BODY = {
  occurredAt: '2026-06-01T01:00:00Z',
  recoveredAt: '2026-06-01T02:00:00Z',
  place: '1 号机房',
  nature: 'hardware',
  cause: '存储控制器故障',
  scope: '两个应用系统不可用',
  measures: '更换控制器',
  recurrence: 'unlikely',
  responsibility: '供应商',
  prevention: '升级全部节点的固件',
};

/** A valid body of every command; what they name beside the case has to exist for those that check it. */
export const COMMAND_BODIES: Record<IncidentOp, Record<string, unknown>> = {
  acknowledge: {},
  claim: {},
  assign: { team: 'network' },
  transfer: { line: 2, reason: 'has to be seen on site' },
  assess: { decision: 'stay', grounds: 'complexity', note: 'nearly there' },
  prioritise: { impact: 'low', urgency: 'low', reason: 'less affected' },
  plan: { text: 'restart the node' },
  pend: { reason: 'customer' },
  suspend: { reason: 'building closed', until: new Date(Date.now() + 3_600_000).toISOString() },
  resume: {},
  note: { text: 'looking' },
  resolve: { resolution: 'restarted' },
  reopen: { reason: 'again' },
  close: {},
  cancel: { reason: 'mistake' },
  merge: { into: 'INC-000001' },
  unmerge: { reason: 'another cause' },
  'set-parent': { parent: 'INC-000001' },
  'unset-parent': {},
  link: { target: 'INC-000001', relation: 'related' },
  unlink: { target: 'INC-000001', relation: 'related' },
  'raise-major': { reason: 'many affected', commander: 'engineer', communications: 'manager' },
  'lower-major': { reason: 'contained' },
  'run-step': { runbook: 'diagnostics', step: 'collect' },
  'decide-step': { run: 'run-1', decision: 'approve' },
  'escalate-supplier': { supplier: 'hardware-vendor', note: 'disk' },
  'update-supplier': { state: 'answered', note: 'on the way' },
  'submit-report': REPORT_BODY,
};
