import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ProcessDoc } from '../../../domain/process-def-service';
import { useActorName } from '../incident/story-words';
import type { Incident, TimelineEvent } from '../incident/types';
import { useReasonName } from '../promise/names';
import { useMay } from '../session/session';
import { Ago, Instant } from '../time/viewer';
import { DrawingView } from './drawing-view';
import { definitionHref } from './href';
import { incidentGraph } from './incident-graph';
import { useDefinition } from './queries';
import { useWords } from './use-words';
import { type Awaited, awaitedOf, markWay, type WayStep, wayOf } from './way';

/** `process/incident@3`, with `*` and a slash before it for one of all tenants. */
function pinned(definitions: readonly string[]) {
  const id = definitions.find((d) => /^(\*\/)?process\//.test(d));
  const [, shared, name, version] = /^(\*\/)?process\/([a-z0-9-]+)@(\d+)$/.exec(id ?? '') ?? [];
  return name === undefined ? null : { id, name, version: Number(version), shared: shared !== undefined };
}

function Waiting({ all, nextAt }: { all: readonly Awaited[]; nextAt: string | null }) {
  const { t } = useTranslation();
  const reason = useReasonName();
  const actor = useActorName();
  const who = (a: Awaited) => (a.what === 'pause' ? reason(a.who) : actor(a.who));
  return (
    <section className="awaited" aria-label={t('drawing.awaited')}>
      <h2>{t('drawing.awaited')}</h2>
      {all.length === 0 && <p className="quiet">{t('drawing.nobodyAwaited')}</p>}
      <ul>
        {all.map((a) => (
          <li key={`${a.what} ${a.who}`}>
            <b>{t(`drawing.wait.${a.what}`, { who: who(a) })}</b> {t('drawing.since')} <Instant at={a.since} />{' '}
            <small>
              (<Ago at={a.since} />)
            </small>
            {a.until !== null && (
              <>
                , {t('drawing.until')} <Instant at={a.until} />
              </>
            )}
          </li>
        ))}
      </ul>
      {nextAt !== null && (
        <p className="quiet">
          {t('drawing.next')}: <Instant at={nextAt} />
        </p>
      )}
    </section>
  );
}

function Way({ way }: { way: readonly WayStep[] }) {
  const { t } = useTranslation();
  const actor = useActorName();
  return (
    <details className="way">
      <summary>{t('drawing.wayTaken')}</summary>
      <ol>
        {way.map((step) => (
          <li key={`${step.at} ${step.to}`}>
            <b>{t(`state.${step.to}`)}</b> <Instant at={step.at} /> {actor(step.actor)}
          </li>
        ))}
      </ol>
    </details>
  );
}

/**
 * The process of a case with the way it has taken, where it is, who is awaited since when and what comes by itself. Limits
 * are those of the version the case is pinned to (I7); whoever may not read definitions sees the drawing without them.
 */
export function CaseDrawing({ incident, events }: { incident: Incident; events: readonly TimelineEvent[] }) {
  const { t } = useTranslation();
  const words = useWords();
  const may = useMay();
  const process = pinned(incident.definitions);
  const readable = process !== null && may('definition:read');
  const read = useDefinition('process', process?.name ?? '', process ?? {}, readable);
  const doc = (read.data?.doc ?? null) as ProcessDoc | null;
  const way = useMemo(() => wayOf(events), [events]);
  const graph = useMemo(
    () => markWay(incidentGraph(doc, words), way, incident.state),
    [doc, words, way, incident.state],
  );
  return (
    <div className="case-drawing">
      <Waiting all={awaitedOf(incident, way)} nextAt={incident.nextAt} />
      <DrawingView title={t('drawing.caseTitle')} graph={graph} />
      <Way way={way} />
      {readable && (
        <p className="quiet">
          <Link to={`${definitionHref('process', process.name)}?version=${process.version}&shared=${process.shared}`}>
            {t('drawing.definition', { id: process.id ?? '' })}
          </Link>
        </p>
      )}
    </div>
  );
}
