/**
 * What automatic steps can do, by name: arguments (CEL in the definition), results (kept as `steps.<id>.<name>`), and the
 * action that undoes it. The lane `request-action` carries them out; each is idempotent by the key `case:step:visit`.
 */
export interface ActionSpec {
  arguments: Record<string, 'string' | 'number' | 'boolean' | 'object'>;
  /** Arguments that may be left out. */
  optional?: readonly string[];
  results: readonly string[];
  undo: string | null;
}

export const ACTIONS = {
  /** Holds capacity of a pool until the reservation expires; `amounts` by unit: {"vcpu": 4, "memoryGb": 8}. */
  'capacity.reserve': {
    arguments: { pool: 'string', amounts: 'object', expiresDays: 'number' },
    optional: ['expiresDays'],
    results: ['reservation'],
    undo: 'capacity.release',
  },
  /** Turns a reservation into an allocation. */
  'capacity.allocate': { arguments: { reservation: 'string' }, results: ['allocation'], undo: 'capacity.release' },
  'capacity.release': { arguments: { reservation: 'string' }, results: [], undo: null },
  /** Has a resource made by a provisioner (definition of that kind); `manual` gives people a task. */
  provision: {
    arguments: { provisioner: 'string', spec: 'object' },
    results: ['resource', 'details'],
    undo: 'deprovision',
  },
  deprovision: { arguments: { provisioner: 'string', resource: 'string' }, results: [], undo: null },
  /** Enters a configuration item; owner and tenant are those of the request unless stated. */
  'ci.record': {
    arguments: { type: 'string', name: 'string', attributes: 'object', owner: 'string' },
    optional: ['owner'],
    results: ['ci', 'revision'],
    undo: 'ci.retire',
  },
  'ci.update': {
    arguments: { ci: 'string', attributes: 'object' },
    results: ['ci', 'revision', 'previous'],
    undo: 'ci.restore',
  },
  'ci.restore': { arguments: { ci: 'string', revision: 'number' }, results: [], undo: null },
  'ci.retire': { arguments: { ci: 'string' }, results: [], undo: null },
  /** Makes a one-time link to what a step has produced (account, password); the secret itself never enters the case. */
  'secret.hand-over': {
    arguments: { from: 'string', to: 'string', expiresDays: 'number' },
    optional: ['expiresDays'],
    results: ['secret'],
    undo: 'secret.revoke',
  },
  'secret.revoke': { arguments: { secret: 'string' }, results: [], undo: null },
  /** Lets a role read the request and its documents (R6.3: materials shared with 运维). */
  'materials.share': { arguments: { role: 'string' }, results: ['shared'], undo: 'materials.unshare' },
  'materials.unshare': { arguments: { role: 'string' }, results: [], undo: null },
  /** Has a document made from the content of the request: `capability`, `opening`, … as DOCX and PDF. */
  'document.render': { arguments: { document: 'string' }, results: ['documents'], undo: null },
} as const satisfies Record<string, ActionSpec>;

export type ActionName = keyof typeof ACTIONS;
export const ACTION_NAMES = Object.keys(ACTIONS) as ActionName[];
