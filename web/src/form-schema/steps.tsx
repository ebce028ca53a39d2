import { useTranslation } from 'react-i18next';
import { useViewer } from '../time/viewer';
import { isSection, shapeOf } from './active';
import type { ToldFault } from './context';
import { fieldId } from './fault-words';
import { goTo } from './faults';
import { type Data, encoded, type FormSchema } from './schema';
import { titleOf } from './shown';

interface StepsProps {
  schema: FormSchema;
  data: Data;
  /** Paths of what still lacks something. */
  open: readonly string[];
  faults: readonly ToldFault[];
}

/** The sections of a form as steps, each a way to it: done, to be corrected, or still to be filled in. */
export function SectionSteps({ schema, data, open, faults }: StepsProps) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const sections = Object.entries(shapeOf(schema, data, schema).properties).filter(([, f]) => isSection(f));
  if (sections.length < 2) return null;
  const within = (path: string, name: string) => path === `/${encoded(name)}` || path.startsWith(`/${encoded(name)}/`);
  const stateOf = (name: string) => {
    if (faults.some((f) => within(f.path, name))) return 'wrong';
    return open.some((path) => within(path, name)) ? 'open' : 'done';
  };
  return (
    <nav aria-label={t('schemaForm.steps')}>
      <ol className="form-steps">
        {sections.map(([name, field]) => {
          const state = stateOf(name);
          const path = `/${encoded(name)}`;
          return (
            <li key={name} className={`form-step form-step-${state}`}>
              <a
                href={`#${fieldId(path)}`}
                onClick={(e) => {
                  e.preventDefault();
                  goTo(path);
                }}
              >
                <span aria-hidden="true">{state === 'done' ? '✓' : state === 'wrong' ? '!' : ''}</span>
                {titleOf(field, name, language)}
                <span className="sr-only"> {t(`schemaForm.step.${state}`)}</span>
              </a>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
