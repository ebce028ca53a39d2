import { type Definition, ofKind } from '../../domain/process-def';
import { compileRequestPlan } from '../../domain/process-def-compile-request';
import type { Story } from './request-story';
import type { StoryWorld } from './request-story-world';

/** The own stories of all definitions, by what the world has to be like for them. */
export interface StorySet {
  usual: Story[];
  /** Their pools have not what they need. */
  poor: Story[];
  /** They name other holders of roles. */
  peopled: Story[];
  /** What fails in them cannot be made to fail from outside. */
  leftOut: string[];
}

/** Logins of people whom a story wants gone for a while. */
const GONE = 'qian';

/** @throws Error for a definition that no catalogue item uses */
export function storySet(defs: readonly Definition[], world: StoryWorld): StorySet {
  const set: StorySet = { usual: [], poor: [], peopled: [], leftOut: [] };
  for (const process of ofKind(defs, 'request-process')) {
    const item = ofKind(defs, 'catalogue-item').find((i) => i.process === process.name);
    if (!item) throw new Error(`no catalogue item uses ${process.name}`);
    const { steps } = compileRequestPlan(defs, item.name);
    for (const [variant, test] of process.tests.entries()) {
      const failing = test.story.flatMap((line) => line.fails?.step ?? []);
      const actions = failing.map((id) => {
        const step = steps[id];
        return step?.kind === 'auto' ? step.call.action : 'none';
      });
      const story: Story = { process, test, variant, ...(item.internal && through(test.form)) };
      if (!actions.every((a) => CAUSES.includes(a))) set.leftOut.push(`${process.name}: ${test.name}`);
      else if (test.people) set.peopled.push(story);
      else if (actions.includes('capacity.reserve')) set.poor.push(story);
      else set.usual.push(actions.includes('secret.hand-over') ? withoutReceiver(story, failing, world) : story);
    }
  }
  return set;
}

/** Actions that fail because of people and things outside: a technician reports it, a pool is too small, somebody has left. */
const CAUSES: readonly string[] = ['provision', 'deprovision', 'capacity.reserve', 'secret.hand-over'];

/** Nobody can ask for it himself: an application opens it. */
function through(form: Record<string, unknown>): Pick<Story, 'through'> {
  const { kind, vcpu, memoryGb, storageGb } = form.resource as Record<string, unknown>;
  return { through: { item: 'resource-application', data: { summary: { kind, vcpu, memoryGb, storageGb } } } };
}

/** Whoever is to be handed the password leaves before that, and comes back for the next attempt. */
function withoutReceiver(story: Story, failing: readonly string[], { platform }: StoryWorld): Story {
  const step = failing.find((id) => id.includes('hand-over')) ?? '';
  const failures = { [step]: { begin: () => platform.deactivate(GONE), end: () => platform.activate(GONE) } };
  return { ...story, people: { zhao: GONE }, failures };
}

/** Gives the roles that a story names to whom it says, and to nobody else. Everything else has to be over. */
export async function castOf({ test }: Story, world: StoryWorld): Promise<void> {
  const roles = new Map<string, string[]>();
  for (const [actor, logins] of Object.entries(test.people ?? {})) {
    const role = /^role\((.+)\)$/.exec(actor)?.[1];
    if (role === undefined) throw new Error(`people of ${actor} cannot be named on the platform`);
    await world.platform.deactivate(role);
    for (const login of logins) roles.set(login, [...(roles.get(login) ?? []), role]);
  }
  for (const [login, own] of roles) await world.person(login, own);
}
