import type { ReactNode } from 'react';
import './panel.css';

/** A box of the side column with its heading. */
export function Panel({
  title,
  children,
  tone,
}: {
  title: ReactNode;
  children: ReactNode;
  tone?: 'alarm' | 'waiting';
}) {
  return (
    <section className={`panel ${tone === undefined ? '' : `panel-${tone}`}`}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** A name and what stands behind it. */
export function Line({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div className="panel-line">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
