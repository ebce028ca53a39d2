import { type ReactNode, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useSession } from '../session/session';
import { browserLanguage, type Language, languagePreference } from '../theme/preferences';
import { Theme } from '../theme/theme';
import { browserZone, ViewerContext } from '../time/viewer';
import { antdLocale, loadLanguage } from './i18n';

/** The language asked for: chosen in this browser, else the account's, else the browser's. */
function useWantedLanguage(account: string | null | undefined): Language {
  const chosen = useSyncExternalStore(languagePreference.subscribe, languagePreference.get);
  if (chosen !== null) return chosen;
  return account === 'zh-CN' || account === 'en' ? account : browserLanguage();
}

/** Gives everything below its language, zone and theme; a new language is shown once it is loaded. */
export function Viewing({ initial, children }: { initial: Language; children: ReactNode }) {
  const session = useSession().data;
  const wanted = useWantedLanguage(session?.locale);
  const [language, setLanguage] = useState(initial);
  useEffect(() => {
    let current = true;
    void loadLanguage(wanted).then(() => current && setLanguage(wanted));
    return () => {
      current = false;
    };
  }, [wanted]);
  const zone = session?.zone ?? browserZone();
  const viewer = useMemo(() => ({ language, zone }), [language, zone]);
  return (
    <ViewerContext value={viewer}>
      <Theme locale={antdLocale(language)}>{children}</Theme>
    </ViewerContext>
  );
}
