import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { IncidentProjection, IncidentView } from '../domain/incident-projection';
import { SHARED } from './definitions';
import { changeNotice, insertNotice, type NoticeContent } from './notice';

/** Events of a case by which its notice comes and goes. */
const MOVING = ['major_raised', 'major_lowered', 'resolved', 'reopened', 'merged', 'closed', 'cancelled'];
/** Whether a projection may change the board: that of a major incident, or of one that has just ceased to be one. */
export const movesBoard = ({ view, events }: Pick<IncidentProjection, 'view' | 'events'>): boolean =>
  events.some((e) => e.kind === 'major_lowered' || (view.major !== null && MOVING.includes(e.kind)));

/** States in which users still feel a major incident. */
const FELT: readonly string[] = ['new', 'acknowledged', 'pending', 'suspended'];
/** Actor of what the platform does by itself. */
const SYSTEM = 'system';

type MajorCase = Pick<IncidentView, 'id' | 'tenantId' | 'service' | 'severity' | 'state' | 'major' | 'updatedAt'>;

/**
 * The board tells the tenant of a major incident that its service is disturbed (R3.2), once for each time it is raised, and
 * takes it down when the case is resolved or no longer major; a reopened one puts it back. To be called in the transaction of
 * the projection. It names service and severity, never the case's own words: those are the handlers'.
 */
export async function followMajor(trx: Knex, view: MajorCase): Promise<void> {
  const at = view.updatedAt;
  const cause = view.major && `${view.id}/major/${view.major.since}`;
  const felt = cause !== null && FELT.includes(view.state);
  const known: { id: string; cause: string; ended_at: string | null; ended_by: string | null }[] = await trx('notice')
    .select('id', 'cause', 'ended_at', 'ended_by')
    .where('case_id', view.id)
    .whereNotNull('cause');
  for (const n of known) {
    const wanted = felt && n.cause === cause;
    if (!wanted && n.ended_at === null) await changeNotice(trx, n.id, { endedAt: at }, SYSTEM, at);
    // What a person has taken down stays down.
    if (wanted && n.ended_at !== null && n.ended_by === SYSTEM)
      await changeNotice(trx, n.id, { endedAt: null }, SYSTEM, at);
  }
  if (cause === null || !felt || known.some((n) => n.cause === cause)) return;
  const notice = { ...(await contentOf(trx, view)), id: randomUUID(), by: SYSTEM, at, cause };
  await insertNotice(trx, notice);
}

async function contentOf(trx: Knex, view: MajorCase): Promise<NoticeContent> {
  const found: { rows: { title: { 'zh-CN': string; en: string } | null }[] } = await trx.raw(
    `select doc -> 'title' as title from definition_version where kind = 'service' and name = :name
       and tenant_id in (:tenantId, :shared) order by (tenant_id = :shared), version desc limit 1`,
    { name: view.service, tenantId: view.tenantId, shared: SHARED },
  );
  const service = found.rows[0]?.title ?? { 'zh-CN': view.service, en: view.service };
  return {
    tenants: [view.tenantId],
    kind: 'incident',
    title: {
      'zh-CN': `${service['zh-CN']}发生重大故障（${view.severity} 级）`,
      en: `${service.en}: major incident (severity ${view.severity})`,
    },
    body: {
      'zh-CN': '故障正在处理中，恢复后将在此告知。受影响的工作请先采取备用办法。',
      en: 'We are working on it and will say here when it is over. Please use your fallback for affected work.',
    },
    startsAt: view.major?.since ?? view.updatedAt,
    endsAt: null,
    pinned: true,
    service: view.service,
    caseId: view.id,
  };
}
