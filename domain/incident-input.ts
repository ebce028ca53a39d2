import type { IncidentState } from './incident';
import { checkCommand } from './incident-check';
import { open, pageFailed } from './incident-clockwork';
import type { EffectOutcome } from './incident-effect';
import { handlerChosen } from './incident-lines';
import type { IncidentInput } from './incident-projection';
import { heard, told } from './incident-relations';
import { applyAlerts, applyCommand } from './incident-rules';
import { stepRan } from './incident-steps';

/**
 * Applies one input at its instant; time is advanced by the caller.
 * @throws DomainError when the command is not possible
 */
export function applyInput(s: IncidentState, input: IncidentInput): void {
  switch (input.kind) {
    case 'command':
      checkCommand(s, input.command, input.at);
      return applyCommand(s, input.command, input.at);
    case 'alerts':
      return applyAlerts(s, input.alerts, input.at);
    case 'page-failed':
      return pageFailed(s, input.page, input.at);
    case 'effect-done':
      return effectDone(s, input.outcome, input.at);
    case 'peer':
      return heard(s, input.message, input.at);
    case 'opened':
      return open(s);
    case 'time':
      return;
  }
}

/** Whether the case has dealt with an input already; repeats change nothing. */
export function isApplied(s: IncidentState, input: IncidentInput): boolean {
  if (input.kind === 'opened') return s.seq > 0;
  if (input.kind === 'peer') return s.recent.includes(input.message.key);
  return input.kind === 'command' && s.recent.includes(input.command.key);
}

/** Takes the answer to an effect that is still waited for; any other is a repeat. */
function effectDone(s: IncidentState, o: EffectOutcome, now: number): void {
  const waiting = s.waiting.find((w) => w.key === o.key);
  if (!waiting) return;
  s.waiting = s.waiting.filter((w) => w !== waiting);
  if (o.kind === 'choose-assignee') handlerChosen(s, o, now);
  else if (o.kind === 'run-step') stepRan(s, waiting.about, o, now);
  else told(s, o, waiting.about, now);
}
