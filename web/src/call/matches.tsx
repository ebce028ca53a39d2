import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import type { Caller, useCallers } from './queries';

/** `+8613812345678` in groups that an eye can hold; an extension behind it. */
export function phoneText(number: string): string {
  const [main = '', extension] = number.split(';ext=');
  const mobile = /^\+86(1\d{2})(\d{4})(\d{4})$/.exec(main);
  const text = mobile ? `+86 ${mobile[1]} ${mobile[2]} ${mobile[3]}` : main;
  return extension === undefined ? text : `${text} × ${extension}`;
}

interface Props {
  found: ReturnType<typeof useCallers>;
  typed: string;
  /** Row of the keyboard. */
  at: number;
  caller: Caller | null;
  onChoose(i: number): void;
}

/** Who may be calling, under the number as it is typed. */
export function CallerMatches({ found, typed, at, caller, onChoose }: Props) {
  const { t } = useTranslation();
  const { data, isError, error, refetch, isFetching } = found;
  const items = data?.items ?? [];
  return (
    <div id="call-matches" className="call-matches" aria-live="polite" aria-busy={isFetching}>
      {isError && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {data !== undefined && items.length === 0 && typed !== '' && <p className="quiet">{t('call.unknown')}</p>}
      <ul>
        {items.map((c, i) => (
          <li key={c.id}>
            <button
              type="button"
              className="call-match"
              aria-pressed={caller?.id === c.id}
              data-at={i === at}
              onClick={() => onChoose(i)}
            >
              <b>{c.displayName}</b> <span className="quiet">{c.login}</span>
              <span className="call-match-number">{c.number === null ? '' : phoneText(c.number)}</span>
              <span className="quiet">{t('call.tenant', { tenant: c.tenantId })}</span>
              <span className="quiet">{t('call.cases', { count: c.totalCases })}</span>
            </button>
          </li>
        ))}
      </ul>
      {data !== undefined && data.total > items.length && (
        <p className="quiet">{t('call.moreCallers', { count: data.total - items.length })}</p>
      )}
    </div>
  );
}
