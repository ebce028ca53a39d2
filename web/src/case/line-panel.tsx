import { useTranslation } from 'react-i18next';
import type { Line } from '../../../domain/incident-plan';
import { useTimeline } from '../incident/queries';
import type { Incident, TimelineEvent } from '../incident/types';
import { PromiseBar } from '../promise/bar';
import { duration } from '../time/format';
import { Ago, Instant, useViewer } from '../time/viewer';
import { useHandling } from './handling';
import { Panel } from './panel';
import { promiseOf } from './side-clock';

const lineIn = (value: unknown): number | null =>
  typeof value === 'object' && value !== null && 'line' in value && typeof value.line === 'number' ? value.line : null;

/** Lines the case has been on, the present one among them. */
export function linesSeen(events: readonly TimelineEvent[], present: Line | null): Set<number> {
  const seen = events.flatMap(({ kind, body }) => {
    if (kind === 'transferred') return [lineIn(body.from), lineIn(body.to)];
    if (kind === 'assessed') return [body.fromLine, body.line].map((l) => (typeof l === 'number' ? l : null));
    return kind === 'handed_to_assessor' ? [lineIn(body)] : [];
  });
  return new Set([...seen, present].filter((l) => l !== null));
}

function Ladder({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const { lines, lineTitle } = useHandling(incident.service);
  const seen = linesSeen(useTimeline(incident.id).data ?? [], incident.line);
  const all = [...new Set([...lines, ...seen])].toSorted() as Line[];
  return (
    <ol className="ladder">
      {all.map((line) => {
        const standing = line === incident.line ? 'now' : seen.has(line) ? 'seen' : 'other';
        return (
          <li
            key={line}
            className={`ladder-${standing}`}
            aria-current={standing === 'now' ? 'step' : undefined}
            title={lineTitle(line) ?? undefined}
          >
            <span aria-hidden="true">{standing === 'now' ? '●' : standing === 'seen' ? '✓' : '○'}</span>
            {t('line.short', { line })}
          </li>
        );
      })}
    </ol>
  );
}

interface HandOverProps {
  assessment: NonNullable<Incident['assessment']>;
  goalSeconds: number | null;
}

/** The case lies with the assessor: since when, until when, from where. */
function HandOver({ assessment, goalSeconds }: HandOverProps) {
  const { t } = useTranslation();
  const { language } = useViewer();
  return (
    <div className="panel-note panel-note-waiting">
      <b>{t('assess.waiting')}</b>
      <div>
        {t('assess.since', { line: assessment.fromLine })} <Ago at={assessment.since} />
        {goalSeconds !== null && ` · ${t('assess.usedUp', { goal: duration(goalSeconds, language) })}`}
      </div>
      <div>
        {t('assess.due')} <Instant at={assessment.dueAt} /> (<Ago at={assessment.dueAt} />)
      </div>
    </div>
  );
}

/** Where the case stands of its support lines, with the limit of this stage, and whether the assessor has it. */
export function LinePanel({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const { stage, assessment } = incident;
  if (incident.line === null) return null;
  const choosing = incident.waiting.find((w) => w.kind === 'choose-assignee');
  return (
    <Panel title={t('line.title')} tone={assessment === null ? undefined : 'waiting'}>
      <Ladder incident={incident} />
      {stage !== null && assessment === null && (
        <PromiseBar
          clock={promiseOf(stage, incident.resolvedAt ?? incident.closedAt)}
          asOf={incident.updatedAt}
          label={t('line.stage', { line: stage.line, n: stage.n })}
        />
      )}
      {assessment !== null && <HandOver assessment={assessment} goalSeconds={stage?.goalSeconds ?? null} />}
      {choosing && (
        <p className="panel-note">
          … {t('line.choosing', { team: choosing.about })} (<Ago at={choosing.since} />)
        </p>
      )}
    </Panel>
  );
}
