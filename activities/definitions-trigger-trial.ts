import type { Knex } from 'knex';
import { worldOf } from '../db/definition-world';
import { currentDefinitions, definitionOfVersion } from '../db/definitions';
import { requestPlan, type StoredRequest } from '../db/request';
import { requestHistory } from '../db/request-history';
import { DomainError, type FieldError } from '../domain/errors';
import { DEFINITION_SCHEMAS, definitionId, isKind } from '../domain/process-def';
import { checkDefinitionSet } from '../domain/process-def-check';
import { compileTriggers } from '../domain/process-def-compile-request';
import type { Path } from '../domain/process-def-reference';
import type { RequestProcessDoc } from '../domain/process-def-request';
import type { RequestPlan, TriggerPlan } from '../domain/request-plan';
import { type TriggerTrial, tryTriggers } from '../domain/request-trigger-trial';
import { formatProblem } from './definitions';
import { schemaProblems } from './definitions-issues';
import { parseYaml, type YamlSource } from './definitions-yaml';

/** Triggers that are to be tried: as data, or as YAML (a list, or a map with the key `triggers` such as a whole process). */
export type Candidates = { triggers: unknown[] } | { source: string; file: string };

/** What a dry run says of one request. */
export interface TriedRequest extends TriggerTrial {
  id: string;
  /** Version of the process that it is pinned to. */
  process: string;
  triggers: string[];
  /** What the triggers it is pinned to have really done, by the `seq` of the event they looked at. */
  recorded: { at: number; trigger: string; seq: number; stopped: boolean }[];
}

/** @throws Error when a plan names no process */
function processVersion(plan: RequestPlan): string {
  const found = plan.versions.find((v) => /^(\*\/)?request-process\//.test(v));
  if (found === undefined) throw new Error(`the plan of ${plan.item} names no process`);
  return found;
}

function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw new DomainError('ValidationFailed', 'The triggers cannot be used as they are.', errors);
}

/** How a place in the process is told to whoever wrote the triggers. */
type Tell = (path: Path, message: string, nearest?: string) => FieldError;

/** Of YAML: the list itself may be all there is; places are those of the text. */
function written({ source, file }: { source: string; file: string }): {
  source: YamlSource;
  triggers: unknown;
  tell: Tell;
} {
  const read = parseYaml({ path: file, text: source });
  refuse(read.errors.map((p) => ({ path: 'body.source', message: formatProblem(p) })));
  const bare = Array.isArray(read.value);
  const own = (path: Path): Path => (bare ? path.slice(1) : path);
  const placed = { ...read, at: (p: Path) => read.at(own(p)), atKey: (p: Path) => read.atKey(own(p)) };
  const triggers = bare ? read.value : (read.value as { triggers?: unknown } | null)?.triggers;
  return {
    source: placed,
    triggers: triggers ?? [],
    tell: (path, message, nearest) => ({
      path: 'body.source',
      message: formatProblem({ file, ...placed.at(path), message, severity: 'error', ...(nearest && { nearest }) }),
    }),
  };
}

function asData(triggers: unknown[]): { source: null; triggers: unknown; tell: Tell } {
  const tell: Tell = (path, message, nearest) => ({
    path: ['body', ...path].join('.'),
    message: nearest ? `${message} (did you mean "${nearest}"?)` : message,
  });
  return { source: null, triggers, tell };
}

/**
 * Triggers as a process would have them, checked as if it were published with them.
 * @param process version of a process, `kind/name@version`
 * @throws DomainError ValidationFailed with every problem and its place
 */
export async function candidateTriggers(
  db: Knex,
  tenantId: string,
  process: string,
  given: Candidates,
): Promise<TriggerPlan[]> {
  const base = await definitionOfVersion(db, tenantId, process);
  if (!base || !isKind(base, 'request-process')) throw new Error(`${process} is no process of requests`);
  const said = 'source' in given ? written(given) : asData(given.triggers);
  const whole = { ...base, triggers: said.triggers };
  const parsed = DEFINITION_SCHEMAS['request-process'].safeParse(whole);
  if (!parsed.success) {
    if (said.source !== null) {
      const problems = schemaProblems({ ...said.source, value: whole }, 'request-process', parsed.error);
      refuse(problems.map((p) => ({ path: 'body.source', message: formatProblem(p) })));
    }
    refuse(
      parsed.error.issues.map((i) =>
        said.tell(
          i.path.filter((k) => typeof k !== 'symbol'),
          i.message,
        ),
      ),
    );
  }
  const doc = parsed.data as RequestProcessDoc;
  const others = (await currentDefinitions(db, tenantId)).filter((d) => definitionId(d) !== definitionId(doc));
  const issues = checkDefinitionSet([doc, ...others], await worldOf(db, tenantId));
  const own = issues.filter((i) => i.index === 0 && i.path[0] === 'triggers' && i.severity === 'error');
  refuse(own.map((i) => said.tell(i.path, i.message, i.nearest)));
  return compileTriggers(doc);
}

/**
 * Tries triggers on the story of a request. Nothing is changed.
 * @param candidates gives those to try for the process version that it is pinned to; null: those it is pinned to
 */
export async function tryOnRequest(
  db: Knex,
  { view, planId }: StoredRequest,
  candidates: ((process: string) => Promise<TriggerPlan[]>) | null,
): Promise<TriedRequest> {
  const plan = await requestPlan(db, planId);
  const process = processVersion(plan);
  const triggers = candidates === null ? plan.triggers : await candidates(process);
  const history = await requestHistory(db, view);
  const told = history.events.filter((e) => e.kind === 'trigger_fired' || e.kind === 'trigger_stopped');
  return {
    id: view.id,
    process,
    triggers: triggers.map((t) => t.name),
    ...tryTriggers(triggers, history),
    recorded: told.map(({ at, kind, body }) => ({
      at,
      trigger: String(body.trigger),
      seq: Number(body.event),
      stopped: kind === 'trigger_stopped',
    })),
  };
}
