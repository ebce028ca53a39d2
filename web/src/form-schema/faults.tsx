import { Alert } from 'antd';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldError } from '../../../domain/errors';
import { asProblem } from '../api/problem';
import { messageOf, ProblemAlert } from '../form/problem-alert';
import { useViewer } from '../time/viewer';
import { pathsOf, tidy } from './active';
import { type FormFault, faultsOf } from './check';
import type { ToldFault } from './context';
import { faultWords, fieldId, fieldName } from './fault-words';
import { pointerOf } from './pointer';
import type { Data, FormSchema } from './schema';

/** The server's words, or ours where it says which rule refuses. */
function refusal(e: FieldError, t: TFunction): string {
  if (e.keyword === undefined) return messageOf(e);
  return faultWords({ keyword: e.keyword, limit: e.limit ?? null }, t);
}

/**
 * What is wrong with a form, told from the first attempt to send it on; what the server refuses stands until the form changes.
 * @param error what the server has answered, if it has refused
 */
export function useFormFaults(schema: FormSchema, data: Data, error: unknown) {
  const { t } = useTranslation();
  const [tried, setTried] = useState(false);
  const found = useMemo(() => inOrder(schema, data, faultsOf(schema, tidy(schema, data))), [schema, data]);
  const own = tried ? found.map((f) => ({ path: f.path, message: faultWords(f, t) })) : [];
  const refused =
    error === null || error === undefined
      ? []
      : asProblem(error).errors.flatMap((e) => {
          const path = pointerOf(e.path);
          return path === null || own.some((f) => f.path === path) ? [] : [{ path, message: refusal(e, t) }];
        });
  return {
    faults: [...own, ...refused],
    /** Paths of everything that still lacks something, told or not. */
    open: found.map((f) => f.path),
    /** What is to be sent, or null: then the faults are told. */
    attempt: (): Data | null => {
      setTried(true);
      return found.length === 0 ? tidy(schema, data) : null;
    },
  };
}

/** Faults as the form is read: from top to bottom. */
function inOrder(schema: FormSchema, data: Data, faults: FormFault[]): FormFault[] {
  const order = new Map(pathsOf(schema, data).map((path, i) => [path, i]));
  const at = ({ path }: FormFault) => order.get(path) ?? order.size;
  return faults.toSorted((a, b) => at(a) - at(b));
}

/** Puts the field into sight and the cursor into it. */
export function goTo(path: string): void {
  const id = fieldId(path);
  const field = document.getElementById(id) ?? document.getElementById(fieldId(path.split('/').slice(0, -1).join('/')));
  field?.scrollIntoView({ block: 'center' });
  const control = field?.matches('input,textarea,select,[tabindex]')
    ? field
    : field?.querySelector<HTMLElement>('input,textarea');
  control?.focus({ preventScroll: true });
}

interface SummaryProps {
  schema: FormSchema;
  data: Data;
  faults: readonly ToldFault[];
  error: unknown;
}

/** All that has to be corrected, on top of the form; each line leads to its field. */
export function FaultSummary({ schema, data, faults, error }: SummaryProps) {
  const { t } = useTranslation();
  const { language } = useViewer();
  if (faults.length === 0) return error === null || error === undefined ? null : <ProblemAlert error={error} />;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      className="problem"
      title={t('schemaForm.faults', { count: faults.length })}
      description={
        <ul className="form-faults">
          {faults.map((f) => (
            <li key={`${f.path} ${f.message}`}>
              <a
                href={`#${fieldId(f.path)}`}
                onClick={(e) => {
                  e.preventDefault();
                  goTo(f.path);
                }}
              >
                {fieldName(schema, data, f.path, language) || t('schemaForm.whole')}
              </a>
              : {f.message}
            </li>
          ))}
        </ul>
      }
    />
  );
}
