import path from 'node:path';
import { expandCalendar } from '../../activities/calendar';
import { loadDefinitions } from '../../activities/definitions';
import type { CalendarDefinition, WorkingTime } from '../../domain/calendar';
import type { CaseEvent, CaseTask, PageStep } from '../../domain/incident';
import type { CalendarRange } from '../../domain/incident-projection';
import { ofKind } from '../../domain/process-def';
import { compileCalendar } from '../../domain/process-def-compile';

/** A projection of any kind of case. */
export interface AnyProjection {
  view: { id: string; version: number };
  events: CaseEvent[];
  steps: PageStep[];
  tasks: CaseTask[];
  effects: { seq: number }[];
  inputs: unknown[];
  wanted: CalendarRange | null;
}

/** What has been committed for one case. */
export type Committed<P extends AnyProjection> = Pick<
  P,
  'view' | 'events' | 'steps' | 'tasks' | 'effects' | 'inputs'
> & {
  /** Projections that changed something. */
  writes: number;
};

/** The side effects of cases in memory, under the rules of the real ones: guarded by seq, nothing skipped. */
export class MemoryCases<P extends AnyProjection> {
  readonly cases = new Map<string, Committed<P>>();
  /** Set: every projection fails with it. */
  broken: string | null = null;
  /** Called once, while the next projection is under way. */
  meanwhile: (() => Promise<void>) | null = null;
  /** What an attempt that was lost has committed before the next projection. */
  earlier: ((p: P) => P) | null = null;
  /** Called for everything that is committed anew. */
  onCommit: ((p: P, before: number) => void) | null = null;
  /** Projections that were refused because of `broken`. */
  failures = 0;

  protected constructor(private readonly calendars: readonly CalendarDefinition[]) {
    this.project = this.project.bind(this);
    this.expandCalendars = this.expandCalendars.bind(this);
  }

  protected static async shippedCalendars(): Promise<CalendarDefinition[]> {
    const definitions = await loadDefinitions(path.resolve(__dirname, '../../process-defs'));
    return ofKind(definitions, 'calendar').map((doc) => compileCalendar(doc, 1));
  }

  async project(p: P): Promise<{ calendars: WorkingTime[]; committed: P['inputs'] | null }> {
    if (this.broken !== null) {
      this.failures += 1;
      throw new Error(this.broken);
    }
    const { meanwhile, earlier } = this;
    this.meanwhile = null;
    this.earlier = null;
    if (earlier) this.commit(earlier(p));
    const committed = this.commit(p);
    await meanwhile?.();
    return { calendars: p.wanted && !committed ? await this.expandCalendars(p.wanted) : [], committed };
  }

  /** As the database does: nothing skipped, and another story than the committed one is answered with that one's inputs. */
  private commit(p: P): P['inputs'] | null {
    const { id, version } = p.view;
    const empty = { view: p.view, events: [], steps: [], tasks: [], effects: [], inputs: [], writes: 0 };
    const before = this.cases.get(id) ?? (empty as unknown as Committed<P>);
    const told = p.events.filter((e) => e.seq <= before.events.length);
    if (told.some((e) => JSON.stringify(before.events[e.seq - 1]) !== JSON.stringify(e))) return before.inputs;
    const seq = before.events.length;
    if (version <= seq) return null;
    const later = <T extends { seq: number }>(list: readonly T[]) => list.filter((x) => x.seq > seq);
    const events = later(p.events);
    if (events.some((e, i) => e.seq !== seq + 1 + i) || events.at(-1)?.seq !== version)
      throw new Error(`${id}: events ${seq + 1}…${version} expected, got ${events.map((e) => e.seq).join(' ')}`);
    this.cases.set(id, {
      view: p.view,
      events: [...before.events, ...events],
      steps: [...before.steps, ...later(p.steps)],
      tasks: [...before.tasks, ...later(p.tasks)],
      effects: [...before.effects, ...later(p.effects)],
      inputs: p.inputs,
      writes: before.writes + 1,
    });
    this.onCommit?.(p, seq);
    return null;
  }

  async expandCalendars({ ids, from, until }: CalendarRange): Promise<WorkingTime[]> {
    return ids.map((id) => {
      const definition = this.calendars.find((c) => c.id === id);
      if (!definition) throw new Error(`no calendar ${id}`);
      return expandCalendar(definition, from, until);
    });
  }

  /** @throws Error when nothing of the case has been committed */
  of(id: string): Committed<P> {
    const found = this.cases.get(id);
    if (!found) throw new Error(`${id} has not been committed`);
    return found;
  }

  /** Kinds of the committed events of a case, in order. */
  kinds(id: string): string[] {
    return this.of(id).events.map((e) => e.kind);
  }
}
