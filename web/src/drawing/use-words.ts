import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useViewer } from '../time/viewer';
import type { Words } from './words';

/** The words of the viewer's language, for the pure builders of drawings. */
export function useWords(): Words {
  const { t } = useTranslation();
  const { language } = useViewer();
  // Builders name texts by parts of definitions, which may be newer than the texts: a key unknown here shows its last part.
  return useMemo(
    () => ({
      language,
      t: (key, values) => t(key as 'place.definitions', { ...values, defaultValue: key.split('.').at(-1) ?? key }),
    }),
    [t, language],
  );
}
