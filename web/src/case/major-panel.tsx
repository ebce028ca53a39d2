import { useTranslation } from 'react-i18next';
import type { Incident } from '../incident/types';
import { Ago, Instant } from '../time/viewer';
import { Line, Panel } from './panel';

/** Who leads a major incident. */
export function MajorPanel({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const { major } = incident;
  if (major === null) return null;
  return (
    <Panel title={`▲ ${t('major.title')}`} tone="alarm">
      <dl>
        <Line label={t('major.commander')}>
          <b>{major.commander}</b>
        </Line>
        <Line label={t('major.communications')}>
          <b>{major.communications}</b>
        </Line>
        <Line label={t('major.since')}>
          <Instant at={major.since} /> (<Ago at={major.since} />
          ), {major.by}
        </Line>
      </dl>
    </Panel>
  );
}
