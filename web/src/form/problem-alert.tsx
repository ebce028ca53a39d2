import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FieldError } from '../../../domain/errors';
import { asProblem, type Problem } from '../api/problem';

/** Name of the form field an API path speaks of: `body.service` → `service`. */
export const fieldOf = (path: string): string => path.replace(/^body\./, '');

/** An error of the API in one sentence. */
export const messageOf = ({ message, allowed }: Pick<FieldError, 'message' | 'allowed'>): string =>
  allowed?.length ? `${message} (${allowed.join(', ')})` : message;

/** Errors for antd's `form.setFields`: each at its field. */
export function fieldErrors(problem: Problem): { name: string[]; errors: string[] }[] {
  return problem.errors.map((e) => ({ name: fieldOf(e.path).split('.'), errors: [messageOf(e)] }));
}

/** Refusals whose detail tells more than their title; of a failure of ours the instance finds it in the log. */
const WITH_DETAIL: readonly string[] = ['ValidationFailed', 'Conflict', 'Forbidden'];

interface ProblemAlertProps {
  error: unknown;
  onRetry?: () => void;
  /** Name of a field as the form shows it, where it has one of its own. */
  labelOf?: (field: string) => string | undefined;
}

/** What went wrong, on top of a form or in the place of data; with a retry where one helps. */
export function ProblemAlert({ error, onRetry, labelOf }: ProblemAlertProps) {
  const { t } = useTranslation();
  const problem = asProblem(error);
  const more = WITH_DETAIL.includes(problem.code) ? problem.detail : problem.status >= 500 ? problem.instance : null;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      className="problem"
      title={t(`problem.${problem.code}`, { defaultValue: problem.code })}
      description={
        problem.errors.length > 0 ? (
          <ul className="problem-fields">
            {problem.errors.map((e) => (
              <li key={e.path}>
                <b>
                  {labelOf?.(fieldOf(e.path)) ??
                    t(`field.${fieldOf(e.path)}` as 'field.title', { defaultValue: fieldOf(e.path) })}
                </b>
                : {messageOf(e)}
              </li>
            ))}
          </ul>
        ) : (
          more
        )
      }
      action={onRetry && <Button onClick={onRetry}>{t('action.retry')}</Button>}
    />
  );
}
