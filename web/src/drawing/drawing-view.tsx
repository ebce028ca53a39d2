import { useQuery } from '@tanstack/react-query';
import { Alert, Segmented } from 'antd';
import { lazy, Suspense, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Loading } from '../shell/loading';
import { usePhone } from '../shell/width';
import { type Graph, READABLE, readingOrder } from './graph';
import type { Layout } from './layout';
import './drawing.css';

/** Graph and layout are only loaded where one is looked at. */
const Canvas = lazy(() => import('./canvas').then((m) => ({ default: m.Canvas })));

function useLayout(graph: Graph, wanted: boolean) {
  const direction = usePhone() ? 'DOWN' : 'RIGHT';
  return useQuery({
    queryKey: ['layout', direction, graph],
    queryFn: async () => (await import('./layout')).layoutOf(graph, direction),
    enabled: wanted,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** The same as an ordered list: for those who do not see the picture, for paper and for search. */
function GraphList({ graph }: { graph: Graph }) {
  const { t } = useTranslation();
  const titles = new Map(graph.nodes.map((n) => [n.id, n.title]));
  return (
    <ol className="drawing-list">
      {readingOrder(graph).map((n) => (
        <li key={n.id} className={n.mark === 'present' ? 'drawing-present' : ''}>
          <span className="quiet">{t(`drawing.kinds.${n.kind}`)}</span>{' '}
          <b>{n.href === undefined ? n.title : <Link to={n.href}>{n.title}</Link>}</b>
          {n.mark !== undefined && <span className="drawing-mark"> {t(`drawing.${n.mark}`)}</span>}
          {[...n.lines, ...(n.details ?? [])].map((line) => (
            <div key={line}>{line}</div>
          ))}
          <ul>
            {graph.edges
              .filter((e) => e.from === n.id)
              .map((e) => (
                <li key={e.id}>
                  {e.label === ''
                    ? t('drawing.leadsOn', { to: titles.get(e.to) ?? e.to })
                    : t('drawing.leads', { to: titles.get(e.to) ?? e.to, label: e.label })}
                  {e.kind === 'time' && <span className="quiet"> ({t('drawing.byTime')})</span>}
                  {e.walked !== undefined && (
                    <span className="drawing-mark"> {t('drawing.walked', { count: e.walked })}</span>
                  )}
                </li>
              ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function Legend({ graph: { edges } }: { graph: Graph }) {
  const { t } = useTranslation();
  return (
    <p className="drawing-legend" aria-hidden>
      {edges.some((e) => e.kind === 'command') && (
        <>
          <span className="legend-line legend-command" /> {t('drawing.legendCommand')}
        </>
      )}
      {edges.some((e) => e.kind === 'time') && (
        <>
          <span className="legend-line legend-time" /> {t('drawing.legendTime')}
        </>
      )}
      {edges.some((e) => e.walked !== undefined) && (
        <>
          <span className="legend-line legend-walked" /> {t('drawing.legendWalked')}
        </>
      )}
    </p>
  );
}

/** Height of the buttons within the frame, px. */
const BUTTONS = 68;
/** The frame has the shape of what it shows, as far as the screen has room, and is never larger than that. */
function shapeOf(layout: Layout | undefined) {
  if (layout === undefined) return {};
  const { width, height } = layout;
  const least = Math.round(height * READABLE + BUTTONS);
  const most = Math.max(300, Math.round(height + BUTTONS));
  return {
    aspectRatio: width / (height + BUTTONS),
    minHeight: `min(76vh, ${least}px)`,
    maxHeight: `min(76vh, ${most}px)`,
  };
}

/** A drawing as picture or as list; both say the same. */
export function DrawingView({ title, graph }: { title: string; graph: Graph }) {
  const { t } = useTranslation();
  const id = useId();
  const [as, setAs] = useState<'picture' | 'list'>('picture');
  const layout = useLayout(graph, as === 'picture');
  return (
    <section className="drawing" aria-label={title}>
      <header className="drawing-head">
        <h2>{title}</h2>
        <Segmented
          aria-label={t('drawing.how')}
          value={as}
          onChange={setAs}
          options={[
            { value: 'picture', label: t('drawing.asPicture') },
            { value: 'list', label: t('drawing.asList') },
          ]}
        />
      </header>
      {as === 'picture' && layout.isError && <Alert type="warning" showIcon title={t('drawing.failed')} />}
      {as === 'picture' && !layout.isError ? (
        <>
          <p id={id} className="drawing-said">
            {t('drawing.pictureOf', { title })}
          </p>
          <div className="drawing-frame" style={shapeOf(layout.data)} aria-busy={layout.isPending}>
            {layout.data === undefined ? (
              <p className="quiet drawing-wait">{t('drawing.laying')}</p>
            ) : (
              <Suspense fallback={<Loading />}>
                <Canvas graph={graph} layout={layout.data} describedBy={id} />
              </Suspense>
            )}
          </div>
          <Legend graph={graph} />
        </>
      ) : (
        <GraphList graph={graph} />
      )}
    </section>
  );
}
