import type { TFunction } from 'i18next';
import { duration, shortInstant, type Viewer } from '../time/format';
import type { BarModel } from './model';

/** The two halves of a bar's text: how it stands, and the instant that matters. */
export interface Words {
  stand: string;
  due: string;
}

/** What the bar says: `1 h 12 min left`, `due 16:40`. */
export function wordsOf(m: BarModel, now: number, stoppedAt: string | null, t: TFunction, v: Viewer): Words {
  const left = m.leftSeconds === null ? null : duration(m.leftSeconds, v.language);
  const at = (ms: number | null) => (ms === null ? '' : shortInstant(ms, now, v));
  const due = m.dueAt === null ? '' : t('promise.due', { at: at(m.dueAt) });
  const was = m.dueAt === null ? '' : t('promise.wasDue', { at: at(m.dueAt) });
  const done = stoppedAt === null ? '' : t('promise.stopped', { at: at(Date.parse(stoppedAt)) });
  switch (m.standing) {
    case 'running':
      if (left === null) return { stand: due, due: '' };
      return { stand: t(m.business ? 'promise.leftBusiness' : 'promise.left', { left }), due };
    case 'overdue':
      if (left === null) return { stand: t('promise.overdueSince', { at: at(m.dueAt) }), due: '' };
      return { stand: t(m.business ? 'promise.overdueBusiness' : 'promise.overdue', { left }), due: was };
    case 'paused':
      if ((m.leftSeconds ?? 0) < 0) return { stand: t('promise.pausedOverdue', { left }), due: was };
      return { stand: t('promise.paused', { left }), due: t('promise.pausedDue') };
    case 'met':
      return { stand: t('promise.met', { left }), due: done };
    case 'late':
      return { stand: t('promise.late', { left }), due: done };
    case 'cancelled':
      return { stand: t('promise.cancelled'), due: '' };
  }
}
