import { useTranslation } from 'react-i18next';
import { useClockName, useReasonName } from '../promise/names';
import { duration, shortInstant } from '../time/format';
import { useViewer } from '../time/viewer';
import { useServiceName } from './badges';
import { useMethodName } from './outcome';
import type { Page, TimelineEvent } from './types';

/** What an entry says: a sentence, and words of a person to be shown as they were written. */
export interface EventWords {
  sentence: string;
  quote: string | null;
}

/** Kinds the story has a sentence for; a newer server's others are shown by their name. */
const KINDS = [
  'opened',
  'leader_informed',
  'repair_task_created',
  'acknowledged',
  'assigned',
  'prioritised',
  'planned',
  'pended',
  'resumed',
  'noted',
  'resolved',
  'reopened',
  'closed',
  'cancelled',
  'alerts_changed',
  'clock_breached',
  'escalated',
  'escalation_superseded',
  'reminded',
  'page_failed',
] as const;
type Kind = (typeof KINDS)[number];

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const part = (value: unknown, name: string): string =>
  typeof value === 'object' && value !== null ? text((value as Record<string, unknown>)[name]) : '';
const WRITTEN = ['text', 'note', 'resolution'] as const;

/** `system` and sources of monitoring by their names, people by their login. */
export function useActorName(): (actor: string) => string {
  const { t } = useTranslation();
  return (actor) => {
    if (actor === 'system') return t('actor.system');
    if (actor.startsWith('source:')) return t('actor.source', { name: actor.slice('source:'.length) });
    return actor;
  };
}

/** Tells an event of the case in the viewer's language; the ledger knows the names of those who were paged. */
export function useEventWords(now: number, pages: readonly Page[]): (e: TimelineEvent) => EventWords {
  const { t } = useTranslation();
  const viewer = useViewer();
  const clockName = useClockName();
  const reasonName = useReasonName();
  const serviceName = useServiceName();
  const method = useMethodName();
  const instant = (value: unknown) => (typeof value === 'string' ? shortInstant(Date.parse(value), now, viewer) : '');
  return ({ kind, body }) => {
    const known = KINDS.find((k): k is Kind => k === kind);
    const quote = WRITTEN.map((w) => text(body[w])).find((w) => w !== '') ?? null;
    if (known === undefined) return { sentence: t('event.other', { kind }), quote };
    const owner = (value: unknown) => part(value, 'assignee') || t('incident.queueOf', { team: part(value, 'team') });
    const reason = text(body.reason);
    const why = known === 'closed' || known === 'resumed' ? text(body.why) : '';
    const sentence = t(`event.${known}`, {
      ...(why === '' ? {} : { context: why }),
      severity: text(body.severity),
      service: serviceName(text(body.service)),
      assignee: text(body.assignee),
      from: known === 'assigned' ? owner(body.from) : text(body.from),
      to: known === 'assigned' ? owner(body.to) : text(body.to),
      reason: known === 'pended' || known === 'resumed' ? reasonName(reason) : reason,
      until: instant(body.until),
      clock: clockName(text(body.clock)),
      goal: duration(Number(body.goalSeconds ?? 0), viewer.language),
      level: text(body.level),
      firing: text(body.firing),
      total: text(body.total),
      person: pages.find((p) => p.personId === body.person)?.person ?? text(body.person),
      method: method(text(body.method)),
      team: text(body.team),
    });
    return { sentence, quote };
  };
}

/** Name of a step of paging: `level-2`, `reminder-1`, `level-2/next-1`, `leader`. */
export function useStepName(): (step: string, level: number) => string {
  const { t } = useTranslation();
  return (step, level) => {
    const [base = '', next] = step.split('/next-');
    const reminder = /^reminder-(\d+)$/.exec(base)?.[1];
    const name =
      base === 'leader'
        ? t('step.leader')
        : reminder === undefined
          ? t('step.level', { level })
          : t('step.reminder', { n: reminder });
    return next === undefined ? name : t('step.next', { name });
  };
}
