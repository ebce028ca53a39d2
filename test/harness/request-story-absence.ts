import { type Definition, ofKind } from '../../domain/process-def';
import { compileRequestPlan } from '../../domain/process-def-compile-request';
import type { Line, Story } from './request-story';
import type { StoryWorld } from './request-story-world';

const DAY = 86_400_000;
const deputyOf = (login: string) => `deputy-of-${login}`;

/** Whoever decides is away from now on, and has somebody who stands in for him. */
export async function sendAway(world: StoryWorld, logins: readonly string[]): Promise<void> {
  const now = await world.platform.now();
  const [from, to] = [now - 60_000, now + 60 * DAY].map((at) => new Date(at).toISOString());
  for (const login of logins) {
    await world.person(deputyOf(login), ['approver']);
    const absence = { from, to, reason: 'on leave', substitute: deputyOf(login) };
    await world.as(login).must('POST', '/api/v1/me/absences', absence);
  }
}

/** Working days after which whoever is away is replaced: what is less than one is over by the end of the next. */
function daysToSubstitute(defs: readonly Definition[], process: string, id: string): number {
  const item = ofKind(defs, 'catalogue-item').find((i) => i.process === process);
  const step = item && compileRequestPlan(defs, item.name).steps[id];
  const rung = step?.kind === 'approval' ? step.ladder.find((r) => r.act.kind === 'substitute') : undefined;
  if (!rung) throw new Error(`${process}: ${id} asks nobody in the place of who is away`);
  return 'businessDays' in rung.after ? rung.after.businessDays : 1;
}

/**
 * For each definition with an approval: its own story up to the first vote, which the substitute of whoever is asked gives in
 * his place, once the ladder has come to that.
 */
export function absenceStories(defs: readonly Definition[]): { stories: Story[]; away: string[] } {
  const stories = ofKind(defs, 'request-process').flatMap((process): Story[] => {
    const test = process.tests.find((t) => !t.people && t.story.some((line) => line.vote));
    if (!test) return [];
    const first = test.story.findIndex((line) => line.vote);
    const before = test.story.slice(0, first).filter((line) => line.complete || line.at);
    const vote = test.story[first]?.vote;
    if (!vote) return [];
    const at = `+${daysToSubstitute(defs, process.name, vote.step)}bd`;
    const line: Line = { at, vote: { ...vote, by: deputyOf(vote.by), decision: 'approve' } };
    const name = `${vote.by} is away, and somebody decides in his place (made of: ${test.name})`;
    return [{ process, test: { ...test, name, story: [...before, line] } }];
  });
  const voters = ofKind(defs, 'request-process').flatMap((p) =>
    p.tests.flatMap((t) => (t.people ? [] : t.story.flatMap((line) => line.vote?.by ?? []))),
  );
  return { stories, away: [...new Set(voters)] };
}
