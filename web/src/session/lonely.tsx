import type { ReactNode } from 'react';
import { LanguageSwitch, ThemeSwitch } from '../shell/switches';

/** Frame of the pages for people who are not signed in: one box, the language and the theme. */
export function Lonely({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="lonely">
      <title>{`${title} · Continuo`}</title>
      <div className="lonely-box">
        <div className="lonely-brand">
          <img src="/icon.svg" alt="" width="32" height="32" /> Continuo
        </div>
        <h1>{title}</h1>
        {children}
      </div>
      <div className="lonely-foot">
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </main>
  );
}
