import { useTranslation } from 'react-i18next';
import type { Run } from './queries';
import { useAttributeLine } from './words';

/** What is wanted, in one line. */
export function Spec({ run }: { run: Run }) {
  const { t } = useTranslation();
  const line = useAttributeLine();
  return (
    <>
      {run.operation === 'remove' && <b>{t('resource.removeResource', { resource: run.resource ?? '' })} </b>}
      {line(run.spec)}
    </>
  );
}
