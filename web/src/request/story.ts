import type { StoryEntry, StorySource } from '../incident/story';
import { storyOf as caseStory } from '../incident/story';
import type { Page, TimelineEvent } from '../incident/types';

/** Kinds that only tell how the machinery turns: folded where nobody asks for them. */
const NOISE = new Set([
  'step_started',
  'step_done',
  'notified',
  'action_started',
  'action_retried',
  'undo_started',
  'trigger_fired',
  'item_checked',
  'task_created',
  'approvers_changed',
  'looked',
  'people_changed',
]);
const PROMISES = new Set(['rung_reached', 'clock_breached']);
const NOTES = new Set(['commented', 'clarification_asked', 'clarification_answered', 'returned']);

function sourceOf({ kind, actor }: TimelineEvent): StorySource {
  if (PROMISES.has(kind)) return 'promises';
  if (NOTES.has(kind)) return 'notes';
  if (kind === 'page_failed') return 'pages';
  return actor === 'system' ? 'system' : 'people';
}

/** Everything that happened to a request in one line of time, newest first. */
export function requestStory(events: readonly TimelineEvent[], pages: readonly Page[]): StoryEntry[] {
  return caseStory(events, pages, []).map((e) =>
    e.type === 'event' ? { ...e, source: sourceOf(e.event), noise: NOISE.has(e.event.kind) } : e,
  );
}

/** Kinds that tell a requester something; the rest is how the work is organised. */
const TOLD = new Set([
  'opened',
  'edited',
  'approval_asked',
  'voted',
  'approval_decided',
  'returned',
  'resubmitted',
  'clarification_asked',
  'clarification_answered',
  'commented',
  'task_done',
  'child_opened',
  'child_ended',
  'suspended',
  'resumed',
  'withdrawn',
  'cancelled',
  'rejected',
  'fulfilled',
  'reclassified',
]);
export const isTold = ({ kind, body }: TimelineEvent): boolean =>
  TOLD.has(kind) && (kind !== 'commented' || body.visibility === 'public');

/** A page that was overtaken by an event: its name in the machinery says nothing to a reader, the story does. */
export const plainPage = (p: Page): Page => (p.outcome === 'superseded' ? { ...p, reason: null } : p);
