import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { messageOf, ProblemAlert } from './problem-alert';

/** A field that antd or the API refuses. */
export interface FieldProblem {
  name: readonly (string | number)[];
  errors: readonly string[];
}

interface FormProblemsProps {
  /** Found before sending. */
  failed: readonly FieldProblem[];
  /** What the API answered. */
  error: unknown;
  /** Where an error of the API belongs in the form. */
  fieldOf: (path: string) => readonly (string | number)[];
  /** Name of a field as the form shows it; `row` counts from 1 where there are several. */
  labelOf: (name: string, row: number | null) => string;
}

/** What has to be corrected, summed up above the form; each error stands at its field as well. */
export function FormProblems({ failed, error, fieldOf, labelOf }: FormProblemsProps) {
  const { t } = useTranslation();
  const problem = error === null || error === undefined ? null : asProblem(error);
  if (problem !== null && problem.errors.length === 0) return <ProblemAlert error={problem} />;
  const told =
    problem === null ? failed : problem.errors.map((e) => ({ name: fieldOf(e.path), errors: [messageOf(e)] }));
  const listed = told.filter((f) => f.errors.length > 0);
  if (listed.length === 0) return null;
  const label = ({ name }: FieldProblem) =>
    labelOf(String(name.at(-1) ?? ''), typeof name[1] === 'number' ? name[1] + 1 : null);
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      className="problem"
      title={t('problem.ValidationFailed')}
      description={
        <ul className="problem-fields">
          {listed.map((f) => (
            <li key={f.name.join('.')}>
              <b>{label(f)}</b>: {f.errors.join(' · ')}
            </li>
          ))}
        </ul>
      }
    />
  );
}
