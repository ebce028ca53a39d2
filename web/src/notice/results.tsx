import type { TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Views } from '../converge/chips';
import { useServiceName } from '../incident/badges';
import { Listing } from '../shell/listing';
import { useViewer } from '../time/viewer';
import { SURVEY_GROUPS, type SurveyGroup, type SurveyResult, useSurveyResults } from './survey-queries';
import '../incident/list.css';

const isGroup = (text: string | null): text is SurveyGroup => SURVEY_GROUPS.some((g) => g === text);

function useColumns(by: SurveyGroup): NonNullable<TableProps<SurveyResult>['columns']> {
  const { t } = useTranslation();
  const { language } = useViewer();
  const service = useServiceName();
  const nameOf = (group: string) => (group === '-' ? t('survey.unnamed') : by === 'service' ? service(group) : group);
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const mean = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const number = { align: 'right', width: 128 } as const;
  return [
    { key: 'group', title: t(`survey.group.${by}`), render: (_, r) => nameOf(r.group) },
    {
      ...number,
      key: 'mean',
      title: t('survey.mean'),
      render: (_, r) => (r.mean === null ? <span className="quiet">{t('survey.nobody')}</span> : mean.format(r.mean)),
    },
    { ...number, key: 'asked', title: t('survey.asked'), dataIndex: 'asked' },
    { ...number, key: 'answered', title: t('survey.answeredCount'), dataIndex: 'answered' },
    { ...number, key: 'unanswered', title: t('survey.unanswered'), dataIndex: 'unanswered' },
    { ...number, key: 'share', title: t('survey.share'), render: (_, r) => percent.format(r.answeredShare) },
    { key: 'spread', width: 168, title: t('survey.spread'), render: (_, r) => r.scores.join(' · ') },
  ];
}

/** How people found what was done for them; who has not answered is counted and nothing else. */
export function SurveyResults() {
  const { t } = useTranslation();
  const { zone } = useViewer();
  const [query] = useSearchParams();
  const asked = query.get('by');
  const by = isGroup(asked) ? asked : 'month';
  const results = useSurveyResults(by, zone);
  const rows = results.data?.pages.flatMap((p) => p.items) ?? [];
  const views = SURVEY_GROUPS.map((g) => ({
    name: g,
    label: t(`survey.group.${g}`),
    to: `/surveys?by=${g}`,
    current: g === by,
  }));
  return (
    <div className="list">
      <title>{`${t('survey.results')} · Continuo`}</title>
      <h1>{t('survey.results')}</h1>
      <Views label={t('survey.by')} views={views} />
      <Listing
        list={results}
        rows={rows}
        keyOf={(r) => r.group}
        columns={useColumns(by)}
        none={t('survey.noResults')}
      />
    </div>
  );
}
