import type { Definition } from '../../domain/process-def';
import { compileRequestPlan } from '../../domain/process-def-compile-request';
import type { RequestProcessDoc, RequestTestDoc } from '../../domain/process-def-request';
import type { ApiClient } from './api-client';
import { contentFor, itemsOf, type Outfit } from './request-story-content';
import { StoryTime } from './request-story-time';
import type { Outside, StoryRow, StoryWorld } from './request-story-world';
import type { RequestCase } from './request-team';

export type Line = RequestTestDoc['story'][number];
type Expectation = NonNullable<Line['expect']>;
type Event = Awaited<ReturnType<ApiClient['timeline']>>[number];
type Told = Omit<RequestCase, 'steps' | 'tasks'> & {
  steps: { step: string; state: string; kind: string }[];
  tasks: (RequestCase['tasks'][number] & { checklist: { id: string }[]; form: string | null })[];
};

/** A story of a definition, to be told to the platform. */
export interface Story {
  process: RequestProcessDoc;
  test: RequestTestDoc;
  /** Other people for those the story names. */
  people?: Readonly<Record<string, string>>;
  /** Which of the process's catalogue items, of those it fits; 0 unless stated. */
  variant?: number;
  /** Causes failures of steps that people outside do not make, and mends them. */
  failures?: Readonly<Record<string, { begin(): Promise<unknown>; end(): Promise<unknown> }>>;
  /** Item of the request that opens it, where nobody can ask for it himself; and what that says. */
  through?: { item: string; data: Record<string, unknown> };
}

/** Tells a story line by line through HTTP, each at its instant, and compares what it expects with what is there. */
export class Teller implements Outside {
  /** Lines that the platform contradicts. */
  readonly wrong: string[] = [];
  id = '';
  /** The request of people's that it belongs to: itself, or the one that has opened it. */
  private root = '';
  /** Its events up to the end of the story. */
  events: Event[] = [];
  private form = '';
  private facts: readonly string[] = [];
  private next = 0;
  private begun = false;
  private lag = 0;
  private readonly time: StoryTime;
  private readonly failing = new Map<string, string>();
  private readonly ending = new Map<string, string>();

  constructor(
    private readonly world: StoryWorld,
    private readonly defs: readonly Definition[],
    readonly story: Story,
    start: number,
  ) {
    this.time = new StoryTime(Date.parse(story.test.opened), start);
    for (const { fails, childEnds } of story.test.story) {
      if (fails) this.failing.set(fails.step, fails.reason);
      if (childEnds) this.ending.set(childEnds.step, childEnds.outcome);
    }
  }

  get name(): string {
    return `${this.story.process.name}: ${this.story.test.name}`;
  }

  /** When its next line is due, epoch ms; null: it has been told. */
  get dueAt(): number | null {
    if (!this.begun) return this.time.start;
    const line = this.story.test.story[this.next];
    if (!line || this.wrong.length > 0) return null;
    if (line.at === undefined) return this.time.start;
    const { at, off } = this.time.at(line.at);
    return off ? at + this.lag : at;
  }

  refusal(step: string): string | undefined {
    return this.failing.get(step);
  }

  ends(step: string): 'cancelled' | undefined {
    return this.ending.get(step) === 'cancelled' ? 'cancelled' : undefined;
  }

  /** Tells every line that is due. */
  async tell(): Promise<void> {
    try {
      if (!this.begun) await this.begin();
      for (let now = await this.world.platform.now(); ; now = await this.world.platform.now()) {
        const due = this.dueAt;
        if (due === null || due > now) return;
        const at = this.next;
        this.next += 1;
        const line = this.story.test.story[at];
        if (line) await this.line(line, at);
        this.lag = Math.max(this.lag, line?.at === undefined ? (await this.world.platform.now()) - due : 0);
      }
    } catch (error) {
      this.wrong.push(`line ${this.next}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Ends it where the story leaves it open. */
  async end(): Promise<void> {
    if (this.id === '') return;
    this.events = await this.world.desk.timeline(this.id);
    this.failing.clear();
    await Promise.all(Object.values(this.story.failures ?? {}).map((f) => f.end()));
    const [root] = await this.calm();
    if (root?.open !== true) return;
    await this.world.desk.ordered(this.root, 'cancel', { reason: 'end of the story' });
    await this.calm();
  }

  private async begin(): Promise<void> {
    this.begun = true;
    const { process, test, variant = 0, through } = this.story;
    const items = itemsOf(this.defs, through ? 'resource-application' : process.name, through?.data ?? test.form);
    const item = items[variant % items.length];
    if (!item) throw new Error('there is no item');
    this.form = item.form;
    this.facts = compileRequestPlan(this.defs, item.name).facts;
    const data = await this.content(item.form, through?.data ?? test.form, this.requester, this.facts);
    this.root = (await this.requester.submit<{ id: string }>({ item: item.name, data })).id;
    this.id = this.root;
    this.world.surround(this.root, this);
    await Promise.all(Object.values(this.story.failures ?? {}).map((f) => f.begin()));
    await this.calm();
    if (through) this.id = await this.opened();
  }

  /** Everybody agrees until the request of the story has been opened. */
  private async opened(): Promise<string> {
    for (;;) {
      const { children, approvals, state } = await this.read();
      const [child] = children;
      if (child) return child.id;
      const step = approvals.find((a) => a.state === 'running');
      const approver = step?.approvers.find((a) => a.state === 'asked');
      if (!step || !approver) throw new Error(`${this.root} is ${state} and opens nothing`);
      const vote = { step: step.step, decision: 'approve', shown: step.shown };
      await this.order(approver.login, 'vote', vote);
    }
  }

  private get requester(): ApiClient {
    return this.world.as(this.login(this.story.test.requester ?? 'requester'));
  }

  private login(name: string): string {
    return this.story.people?.[name] ?? name;
  }

  private content(
    form: string,
    data: Record<string, unknown>,
    by: ApiClient,
    facts: readonly string[] = [],
  ): Promise<Record<string, unknown>> {
    const outfit: Outfit = {
      ci: (type) => this.world.ci(type),
      attachment: () => this.world.attachment(by),
      login: (name) => this.login(name),
    };
    return contentFor(this.defs, form, { data, facts, time: this.time, outfit });
  }

  private calm(): Promise<StoryRow[]> {
    return this.world.calm(this.root);
  }

  private read(): Promise<Told> {
    return this.world.desk.get(`/api/v1/requests/${this.id}`);
  }

  private async line(line: Line, at: number): Promise<void> {
    const { vote, complete, return: back, resubmit, retry, skip } = line;
    if (vote) await this.vote(vote);
    if (complete) await this.complete(complete);
    if (back) await this.order(back.by, 'return', { step: back.step, comment: 'test' });
    if (resubmit) await this.resubmit(resubmit);
    if (retry !== undefined) {
      this.failing.delete(retry);
      await this.story.failures?.[retry]?.end();
      await this.order('service-desk-agent', 'retry-step', { step: retry });
    }
    if (skip !== undefined) await this.order('service-desk-agent', 'skip-step', { step: skip, reason: 'test' });
    if (line.withdraw) await this.order(this.story.test.requester ?? 'requester', 'withdraw', { reason: 'test' });
    if (line.cancel) await this.order('service-desk-agent', 'cancel', { reason: 'test' });
    if (line.expect) await this.compare(line.expect, `line ${at + 1}`);
  }

  private async order(by: string, op: string, body: Record<string, unknown>): Promise<void> {
    await this.world.as(this.login(by)).ordered(this.id, op, body);
    await this.calm();
  }

  private async vote({ step, by, decision }: NonNullable<Line['vote']>): Promise<void> {
    const { approvals } = await this.read();
    const shown = approvals.find((a) => a.step === step && a.state === 'running')?.shown ?? '';
    await this.order(by, 'vote', { step, decision, shown, comment: 'test' });
  }

  private async resubmit(data: Record<string, unknown>): Promise<void> {
    const filled = await this.content(this.form, data, this.requester, this.facts);
    await this.order(this.story.test.requester ?? 'requester', 'resubmit', { data: filled });
  }

  /** Checks off what the task lists, then ends it. */
  private async complete({ step, by, outcome, form }: NonNullable<Line['complete']>): Promise<void> {
    const { tasks } = await this.read();
    const task = tasks.find((t) => t.step === step);
    if (!task)
      throw new Error(`no task of ${step} is open; there are: ${tasks.map((t) => t.step).join(', ') || 'none'}`);
    const actor = by ?? task.assignee ?? task.candidates[0] ?? 'service-desk-agent';
    for (const item of task.checklist)
      await this.order(actor, 'check-item', { task: task.task, item: item.id, done: true });
    const name = /form\/([^@]+)@/.exec(task.form ?? '')?.[1];
    const filled = name && { data: await this.content(name, form ?? {}, this.world.as(this.login(actor))) };
    await this.order(actor, 'complete-task', {
      ...{ task: task.task, comment: 'test', ...(outcome !== undefined && { outcome }) },
      ...filled,
    });
  }

  private async compare(expect: Expectation, where: string): Promise<void> {
    await this.calm();
    const r = await this.read();
    const at = `at ${new Date(await this.world.platform.now()).toISOString()}, next moment ${r.nextAt}`;
    const same = (what: string, expected: unknown, actual: unknown): void => {
      if (expected !== undefined && JSON.stringify(expected) !== JSON.stringify(actual))
        this.wrong.push(`${where}, ${what}: expected ${JSON.stringify(expected)}, is ${JSON.stringify(actual)} ${at}`);
    };
    const running = r.steps.filter((s) => s.state === 'active' || s.state === 'failed');
    const active = running.filter((s) => s.kind !== 'parallel' || expect.active?.includes(s.step)).map((s) => s.step);
    const asked = r.approvals.flatMap((a) =>
      a.state === 'running' ? a.approvers.filter((x) => x.state === 'asked').map((x) => x.login) : [],
    );
    same('state', expect.state, r.state);
    same('active', expect.active && [...expect.active].sort(), active.sort());
    same('asked', expect.asked?.map((n) => this.login(n)).sort(), asked.sort());
    if (expect.undone) {
      const undone = (await this.world.desk.timeline(this.id)).filter((e) => e.kind === 'undo_done');
      same(
        'undone',
        expect.undone,
        undone.map((e) => e.body.step),
      );
    }
    for (const [name, due] of Object.entries(expect.due ?? {})) {
      const own = new Date(this.time.at(due).at).toISOString();
      same(`due of ${name}`, own, r.clocks.find((c) => c.name === name)?.dueAt);
    }
  }
}
