import type { IncidentInput, IncidentState } from './incident';
import { pageFailed } from './incident-clockwork';
import { applyAlerts, applyCommand, checkCommand } from './incident-rules';

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
    case 'opened':
    case 'time':
      return;
  }
}

/** Whether the case has dealt with an input already; repeats change nothing. */
export function isApplied(s: IncidentState, input: IncidentInput): boolean {
  if (input.kind === 'opened') return s.seq > 0;
  return input.kind === 'command' && s.recent.includes(input.command.key);
}
