import type { TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Listing } from '../shell/listing';
import { usePhone } from '../shell/width';
import { Ago } from '../time/viewer';
import { Chips } from './chips';
import { IntakePlaces } from './intake-places';
import { RejectedDetail } from './rejected-input';
import { type RejectedInput, useRejected } from './rejected-queries';
import '../incident/list.css';
import './converge.css';

const STATES = ['rejected', 'dead'] as const;
const SHAPES: Record<RejectedInput['state'], string> = { rejected: '✕', dead: '■' };

function State({ input }: { input: RejectedInput }) {
  const { t } = useTranslation();
  return (
    <span className={input.replays.length > 0 ? 'quiet' : 'broken'}>
      <span aria-hidden="true">{SHAPES[input.state]}</span> {t(`rejected.${input.state}`)}
      {input.replays.length > 0 && <small> · {t('rejected.sentAgain')}</small>}
    </span>
  );
}

/** The first thing that was wrong, and how many more. */
function Why({ input }: { input: RejectedInput }) {
  const { t } = useTranslation();
  const [first] = input.errors;
  if (first === undefined) return <span dir="auto">{input.lastError ?? '–'}</span>;
  const more = input.errors.length - 1;
  return (
    <>
      <span className="mono">{first.path.replace(/^body\.?/, '')}</span> {first.message}
      {more > 0 && <small className="quiet"> {t('rejected.more', { count: more })}</small>}
    </>
  );
}

/** Input that was refused or could not be processed: to be looked at, corrected and sent again. */
export function Rejected() {
  const { t } = useTranslation();
  const phone = usePhone();
  const [params, setParams] = useSearchParams();
  const state = STATES.find((s) => s === params.get('state'));
  const list = useRejected(state);
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  const source = (i: RejectedInput) => (
    <>
      {i.source ?? '–'}
      <br />
      <small className="quiet">{t(`source.kind_${i.kind}`)}</small>
    </>
  );
  const columns: NonNullable<TableProps<RejectedInput>['columns']> = [
    { key: 'state', title: t('field.state'), width: phone ? 104 : 176, render: (_, i) => <State input={i} /> },
    { key: 'why', title: t('rejected.why'), render: (_, i) => <Why input={i} /> },
    { key: 'source', title: t('field.source'), width: 184, render: (_, i) => source(i) },
    { key: 'at', title: t('rejected.receivedAt'), width: 120, render: (_, i) => <Ago at={i.receivedAt} /> },
  ];
  return (
    <div className="list">
      <title>{`${t('intake.rejected')} · Continuo`}</title>
      <h1>{t('intake.rejected')}</h1>
      <IntakePlaces />
      <div className="filter-line">
        <p className="quiet">{t('rejected.intro')}</p>
        <Chips
          dimensions={[
            {
              name: 'state',
              label: t('field.state'),
              value: state ?? 'all',
              options: (['all', ...STATES] as const).map((value) => ({ value, label: t(`rejected.${value}`) })),
            },
          ]}
          onChange={(_, value) => setParams(value === 'all' ? {} : { state: value })}
        />
      </div>
      <Listing
        list={list}
        rows={rows}
        keyOf={(i) => i.id}
        columns={columns}
        none={t('rejected.none')}
        detail={(i) => <RejectedDetail input={i} />}
      />
    </div>
  );
}
