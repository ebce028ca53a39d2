import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { titleIn, useHandling } from '../case/handling';
import { Ago, Instant } from '../time/viewer';
import { Owner, SeverityBadge, useServiceName } from './badges';
import { useActorName } from './story-words';
import type { Incident } from './types';

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const Both = ({ at }: { at: string }) => (
  <>
    <Instant at={at} />{' '}
    <small>
      (<Ago at={at} />)
    </small>
  </>
);

/** What the case is about and who has to do with it. */
export function Facts({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const actor = useActorName();
  const serviceName = useServiceName();
  const { types } = useHandling(incident.service);
  return (
    <aside className="facts" aria-label={t('facts.title')}>
      <dl>
        <Fact label={t('field.service')}>{serviceName(incident.service)}</Fact>
        {incident.type !== null && <Fact label={t('facts.type')}>{titleIn(types, incident.type)}</Fact>}
        <Fact label={t('field.severity')}>
          <SeverityBadge severity={incident.severity} named />
          <small>
            {t('facts.because', { impact: t(`level.${incident.impact}`), urgency: t(`level.${incident.urgency}`) })}
          </small>
        </Fact>
        <Fact label={t('field.owner')}>
          <Owner assignee={incident.assignee} team={incident.team} />
        </Fact>
        <Fact label={t('field.team')}>{incident.team}</Fact>
        <Fact label={t('field.reporter')}>{actor(incident.reporter)}</Fact>
        <Fact label={t('field.source')}>{incident.source === 'portal' ? t('facts.portal') : incident.source}</Fact>
        <Fact label={t('field.createdAt')}>
          <Both at={incident.createdAt} />
        </Fact>
        {incident.acknowledgedAt !== null && (
          <Fact label={t('field.acknowledgedAt')}>
            <Both at={incident.acknowledgedAt} />
          </Fact>
        )}
        {incident.resolvedAt !== null && (
          <Fact label={t('field.resolvedAt')}>
            <Both at={incident.resolvedAt} />
          </Fact>
        )}
        {incident.closedAt !== null && (
          <Fact label={t('field.closedAt')}>
            <Both at={incident.closedAt} />
          </Fact>
        )}
        {incident.nextAt !== null && (
          <Fact label={t('facts.nextAt')}>
            <Both at={incident.nextAt} />
          </Fact>
        )}
        {incident.escalationLevel > 0 && (
          <Fact label={t('facts.escalation')}>{t('step.level', { level: incident.escalationLevel })}</Fact>
        )}
        {incident.alerts !== null && (
          <Fact label={t('alerts.title')}>
            {t('list.alerts', { firing: incident.alerts.firing, total: incident.alerts.total })}
          </Fact>
        )}
        <Fact label={t('facts.definitions')}>
          <ul className="definitions">
            {incident.definitions.map((d) => (
              <li key={d}>{d}</li>
            ))}
          </ul>
        </Fact>
      </dl>
    </aside>
  );
}
