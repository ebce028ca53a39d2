import { Pool } from 'pg';
import type { Definition } from '../../domain/process-def';
import { StoryTeam } from './request-story-team';
import { morningFor } from './request-story-time';
import type { RequestCase } from './request-team';
import { until } from './until';
import type { VirtualPlatform } from './virtual-time';

/** A request as far as it has been projected. */
export interface StoryRow {
  id: string;
  open: boolean;
  parent: string | null;
  doc: Omit<RequestCase, 'waiting'> & { waiting: { key: string }[]; awaiting: unknown; suspended: unknown };
}

/** A resource that people are to make or remove. */
interface Run {
  id: string;
  case_id: string;
  step: string;
  operation: 'create' | 'remove';
}

/** What the world outside does in a story. */
export interface Outside {
  /** Why a step cannot be provisioned, as long as it cannot. */
  refusal(step: string): string | undefined;
  /** Whether another request that a step has opened is cancelled. */
  ends(step: string): 'cancelled' | undefined;
}
export const WILLING: Outside = { refusal: () => undefined, ends: () => undefined };

/** Longer than a slow machine needs for one turn of a story, ms. */
const PATIENCE = 180_000;
/** Wake-ups so close to each other are one (ms, virtual): no ladder has two rungs within it. */
const TOGETHER = 20_000;
const LANES = ['request-effect', 'request-action', 'provisioning'];

/** Requests, or those that have opened them, in which something may move at an instant. */
const SUSPECTS = `
  select distinct coalesce(r.parent, r.id) as id from request r where
    (r.open and (r.next_at <= $2 or r.doc -> 'waiting' <> '[]'::jsonb or r.parent is not null))
    or exists (select 1 from outbox o where o.case_id = r.id and o.state = 'ready' and o.lane = any($1))
    or exists (select 1 from provisioning_run p where p.case_id = r.id and p.state = 'open')`;

/** The team and the world around its requests: time passes, technicians make what is asked for. */
export class StoryWorld extends StoryTeam {
  private readonly db: Pool;
  private readonly outsides = new Map<string, Outside>();

  private constructor(platform: VirtualPlatform) {
    super(platform);
    this.db = new Pool({ connectionString: platform.databaseUrl, max: 8 });
    this.db.on('error', () => undefined);
  }

  /** With its team; see `StoryTeam.hire`. */
  static async start(platform: VirtualPlatform, defs: readonly Definition[]): Promise<StoryWorld> {
    const world = new StoryWorld(platform);
    await world.hire(defs);
    return world;
  }

  async stop(): Promise<void> {
    await this.db.end();
  }

  /** The world around a request and those that it opens. */
  surround(id: string, outside: Outside): void {
    this.outsides.set(id, outside);
  }

  /** The request and those it has opened, once nothing moves in them that does not wait for people or time. */
  async calm(id: string): Promise<StoryRow[]> {
    let left: string[] = [];
    const found = await until(
      async () => {
        const rows = await this.rows(id);
        left = await this.restless(rows);
        return left.length === 0 ? rows : null;
      },
      `${id} is calm`,
      PATIENCE,
    ).catch((error: Error) => {
      throw new Error(`${error.message}: ${left.join('; ')}`);
    });
    return found;
  }

  /** Moves the clock, from one wake-up to the next, to an instant (epoch ms). */
  async passTo(instant: number): Promise<void> {
    for (;;) {
      const now = await this.platform.now();
      if (now >= instant) return;
      const wake = await this.wake();
      const next = wake === null || wake >= instant ? instant : Math.min(instant, Math.max(wake, now) + TOGETHER);
      await this.platform.advanceTo(next);
      await this.allCalm();
    }
  }

  /** The next morning on which stories can begin. */
  async morningFor(stories: readonly { opened: string; form: unknown }[]): Promise<number> {
    const at = morningFor(stories, await this.platform.now());
    await this.passTo(at);
    return at;
  }

  /** Every open request is calm, and everybody who is to be told has been. */
  async allCalm(): Promise<void> {
    const { rows } = await this.db.query<{ id: string }>(SUSPECTS, [LANES, new Date(await this.platform.now())]);
    await Promise.all(rows.map(({ id }) => this.calm(id)));
    await this.platform.settle(PATIENCE);
  }

  /** When the next request moves by itself; those that wait for an instant have nobody to be looked up before. */
  private async wake(): Promise<number | null> {
    const { rows } = await this.db.query<{ at: Date | null }>(
      `select min(next_at) as at from request where open and exists (select 1 from jsonb_array_elements(doc -> 'steps') s
        where s ->> 'state' in ('active', 'failed') and s ->> 'kind' <> 'wait')
        or open and doc ->> 'awaiting' is not null`,
    );
    return rows[0]?.at?.getTime() ?? null;
  }

  private async rows(id: string): Promise<StoryRow[]> {
    const found = await this.db.query<StoryRow>(
      'select id, open, parent, doc from request where id = $1 or parent = $1 order by number',
      [id],
    );
    return found.rows;
  }

  /** Why they are not calm, in words; whatever people outside have to do is done. */
  private async restless(rows: StoryRow[]): Promise<string[]> {
    const [first] = rows;
    if (!first) return ['not projected'];
    const ids = rows.map((r) => r.id);
    const [effects, due, runs] = await Promise.all([
      this.db.query<{ key: string }>(
        "select key from outbox where case_id = any($1) and state = 'ready' and lane = any($2)",
        [ids, LANES],
      ),
      this.platform
        .now()
        .then((now) =>
          this.db.query<{ id: string }>('select id from request where id = any($1) and open and next_at <= $2', [
            ids,
            new Date(now),
          ]),
        ),
      this.db.query<Run>(
        "select id, case_id, step, operation from provisioning_run where case_id = any($1) and state = 'open'",
        [ids],
      ),
    ]);
    if (effects.rows.length > 0) return effects.rows.map((r) => `effect ${r.key}`);
    const outside = this.outsides.get(first.id) ?? WILLING;
    for (const run of runs.rows) await this.make(run, outside);
    const told = await this.endChildren(first, rows, outside);
    const left = [
      ...due.rows.map((r) => `${r.id} is due`),
      ...runs.rows.map((r) => `${r.step} is made by people`),
      ...told,
    ];
    return left.length > 0 ? left : this.unheard(rows);
  }

  /** Answers on their way to a request; one that changes nothing shows in no projection. */
  private async unheard(rows: StoryRow[]): Promise<string[]> {
    const asking = rows.filter(isAsking);
    const left = await Promise.all(
      asking.map(async ({ id, doc }) => {
        if (await this.platform.isThinking(`request/${id}`)) return [`${id} waits for ${doc.waiting[0]?.key}`];
        const now = await this.db.query<{ seq: number }>('select seq from request where id = $1', [id]);
        return now.rows[0]?.seq === doc.version ? [] : [`${id} has moved on`];
      }),
    );
    return left.flat();
  }

  private async make(run: Run, outside: Outside): Promise<void> {
    const technician = this.as('maintenance-technician');
    const path = `/api/v1/provisioning-runs/${run.id}`;
    const reason = outside.refusal(run.step);
    const resource = `${run.case_id}-${run.step}`;
    const done = run.operation === 'remove' ? {} : { resource, details: { address: '10.0.0.7' }, secret: 'initial' };
    const answer =
      reason === undefined
        ? await technician.request('POST', `${path}/done`, done)
        : await technician.request('POST', `${path}/fail`, { reason });
    // Two who look at the same moment find the same run.
    if (answer.status >= 300 && answer.status !== 409)
      throw new Error(`run of ${run.case_id}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  /** What parent and children have still to hear of each other. */
  private async endChildren(first: StoryRow, rows: StoryRow[], outside: Outside): Promise<string[]> {
    const left: string[] = [];
    for (const child of rows.slice(1)) {
      const known = first.doc.children.find((c) => c.id === child.id) as
        | { outcome: string | null; step?: string }
        | undefined;
      if (first.open && !child.open && known?.outcome === null)
        left.push(`${first.id} has not heard of the end of ${child.id}`);
      if (!first.open && child.open) left.push(`${child.id} has not heard of the end of ${first.id}`);
      if (!child.open || outside.ends(known?.step ?? '') === undefined) continue;
      await this.desk.order(child.id, 'cancel', { reason: 'it came to nothing' });
      left.push(`${child.id} is cancelled`);
    }
    return left;
  }
}

/** A request that has not shown that it has heard every answer. */
const isAsking = ({ open, doc }: StoryRow): boolean => open && doc.waiting.length > 0;
