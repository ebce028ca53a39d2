/**
 * Kinds of paging steps. `level` and `reminder` are the escalation: an answer makes them pointless. The others are notices:
 * each is for somebody and has to arrive. Requests know notices only; `mention` is of both.
 */
export const STEP_KINDS = [
  'level',
  'reminder',
  'leader',
  'mention',
  'assessor',
  'supplier',
  'approval',
  'major',
  'report',
  'analysis',
  'merge',
  'vote',
  'task',
  'correction',
  'question',
  'answer',
  'outcome',
  'notice',
  'overdue',
  'stalled',
  'secret',
  'provisioning',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/**
 * Kind of a step by its name: `level-2`, `leader`, `mention-7`, `approval-run-1`, `level-2/next-1`, `vote-manager.2`,
 * `correction.2`; null for none of ours.
 */
export function stepKind(step: string): StepKind | null {
  const [base] = step.split(/[-./]/);
  return STEP_KINDS.find((kind) => kind === base) ?? null;
}

/** Whether a step belongs to the escalation and not to the notices. */
export function isEscalation(step: string): boolean {
  const kind = stepKind(step);
  return kind === 'level' || kind === 'reminder';
}

/** Step of the process that a page of a request is about: `manager` of `vote-manager.2/next-1`; empty for `correction`. */
export function stepOfPage(step: string): string {
  return (step.split('/')[0] ?? '').replace(/\.\d+$/, '').replace(/^[a-z]+-?/, '');
}
