import type { IncidentClient } from '../activities/incident-client';
import type { TaskRecord } from '../db/task-list';
import { DomainError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { engineCall } from './engine-errors';

/**
 * Every action of people stands in the story of the case (R2.3), as an internal note. A case that has ended takes no notes any
 * more: its aftermath is kept with the task.
 * @returns whether the case has heard of it
 */
export async function tellCase(
  { incidents }: { incidents: Pick<IncidentClient, 'command'> },
  { task, principal }: { task: TaskRecord; principal: Principal },
  what: string,
  text: string,
  mentions: string[] = [],
): Promise<boolean> {
  const { caseId } = task;
  if (caseId === null || !caseId.startsWith('INC-')) return false;
  const key = `task:${task.id}:${principal.login}:${what}`.slice(0, 400);
  const note = { op: 'note', key, actor: principal.login, text, visibility: 'internal', mentions } as const;
  try {
    await engineCall(() => incidents.command(caseId, note));
    return true;
  } catch (error) {
    const over = error instanceof DomainError && (error.code === 'NotFound' || error.code === 'InvalidTransition');
    if (!over) throw error;
    return false;
  }
}
