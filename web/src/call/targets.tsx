import { Radio, Segmented, Select } from 'antd';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { SeverityBadge, StateTag } from '../incident/badges';
import { useServices } from '../reference/queries';
import { Ago, useViewer } from '../time/viewer';
import type { TalkDraft, Target } from './model';
import type { Caller, CallerCase } from './queries';

interface Props {
  draft: TalkDraft;
  caller: Caller | null;
  targets: readonly Target[];
  target: Target;
  onChange(change: Partial<TalkDraft>): void;
}

function CaseLine({ of }: { of: CallerCase }) {
  return (
    <span className="call-case">
      <span className="call-case-head">
        <Link to={`/incidents/${of.id}`} className="case-id">
          {of.id}
        </Link>
        <SeverityBadge severity={of.severity} />
        <StateTag state={of.state} />
        <small className="quiet">
          <Ago at={of.updatedAt} />
        </small>
      </span>
      <span dir="auto">{of.title}</span>
    </span>
  );
}

const LEVELS = ['high', 'medium', 'low'] as const;

/** What the desk may say of a new case; everything has a default, so that free text is enough. */
function NewCase({ draft, onChange }: Pick<Props, 'draft' | 'onChange'>) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const services = useServices().data?.items ?? [];
  const levels = LEVELS.map((value) => ({ value, label: t(`level.${value}`) }));
  return (
    <div className="call-new">
      {services.length > 1 && (
        <Select
          aria-label={t('field.service')}
          placeholder={t('field.service')}
          value={draft.service ?? undefined}
          showSearch={{ optionFilterProp: 'label' }}
          options={services.map((s) => ({ value: s.id, label: s.name[language] }))}
          onChange={(service) => onChange({ service })}
        />
      )}
      {(['impact', 'urgency'] as const).map((name) => (
        <div className="call-level" key={name}>
          <span id={`call-${name}`}>{t(`create.${name}`)}</span>
          <Segmented
            aria-labelledby={`call-${name}`}
            value={draft[name]}
            options={levels}
            onChange={(value) => onChange({ [name]: value })}
          />
        </div>
      ))}
    </div>
  );
}

/** Where the call goes: a new case, one of the caller's, or the log alone; his ended cases below, to be read. */
export function Targets({ draft, caller, targets, target, onChange }: Props) {
  const { t } = useTranslation();
  const cases = caller?.cases ?? [];
  const ended = cases.filter((c) => !targets.some((id) => id === c.id));
  const label = (to: Target) => {
    const of = cases.find((c) => c.id === to);
    return of === undefined ? t(`call.target.${to}` as 'call.target.new') : <CaseLine of={of} />;
  };
  return (
    <>
      <h2 id="call-where">{t('call.where')}</h2>
      <Radio.Group
        className="stacked"
        aria-labelledby="call-where"
        value={target}
        onChange={(e) => onChange({ target: e.target.value })}
      >
        {targets.map((value) => (
          <Fragment key={value}>
            <Radio value={value}>{label(value)}</Radio>
            {value === 'new' && target === 'new' && <NewCase draft={draft} onChange={onChange} />}
          </Fragment>
        ))}
      </Radio.Group>
      {ended.length > 0 && (
        <>
          <h3>{t('call.ended')}</h3>
          <ul className="call-ended">
            {ended.map((c) => (
              <li key={c.id}>
                <CaseLine of={c} />
              </li>
            ))}
          </ul>
        </>
      )}
      {caller !== null && caller.totalCases > cases.length && (
        <p className="quiet">{t('call.moreCases', { count: caller.totalCases - cases.length })}</p>
      )}
    </>
  );
}
