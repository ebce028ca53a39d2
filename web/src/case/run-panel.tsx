import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { decidable } from '../incident/command-fields';
import { useTimeline } from '../incident/queries';
import { useActorName } from '../incident/story-words';
import type { Incident, TimelineEvent } from '../incident/types';
import { useMay, useSession } from '../session/session';
import { duration } from '../time/format';
import { Ago, Instant, useViewer } from '../time/viewer';
import { useStepTitle } from './handling';
import { ownReason } from './own-reason';
import { Panel } from './panel';

const CommandDialog = lazy(() => import('./command-dialog').then((m) => ({ default: m.CommandDialog })));

type Run = Incident['runs'][number];
const MARKS: Record<Run['state'], string> = {
  'awaiting-approval': '?',
  running: '▶',
  succeeded: '✓',
  failed: '✕',
  refused: '⊘',
  expired: '⌛',
};

/** What came of a run, as the newest event about it tells. */
function resultOf(events: readonly TimelineEvent[], run: string): Record<string, unknown> | null {
  const ends = ['step_succeeded', 'step_failed', 'step_refused', 'step_expired'];
  return events.findLast((e) => ends.includes(e.kind) && e.body.run === run)?.body ?? null;
}

function Result({ body }: { body: Record<string, unknown> }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const { status, seconds, excerpt, reason, note } = body;
  const facts = [
    typeof status === 'number' ? t('runbook.answered', { status }) : null,
    typeof seconds === 'number' ? duration(Math.max(1, seconds), language) : null,
    typeof reason === 'string' ? ownReason(reason, t) : null,
    typeof note === 'string' ? note : null,
  ];
  return (
    <>
      <div>{facts.filter(Boolean).join(' · ')}</div>
      {typeof excerpt === 'string' && excerpt !== '' && (
        <details>
          <summary>{t('runbook.answer')}</summary>
          <pre dir="auto">{excerpt}</pre>
        </details>
      )}
    </>
  );
}

function RunRow({ run, incident, result }: { run: Run; incident: Incident; result: Record<string, unknown> | null }) {
  const { t } = useTranslation();
  const title = useStepTitle(incident.service);
  const actor = useActorName();
  return (
    <li className={`run run-${run.state}`}>
      <div>
        <b>{title(run.runbook, run.step)}</b>
      </div>
      <div className="run-state">
        <span aria-hidden="true">{MARKS[run.state]}</span> {t(`runState.${run.state}`)}
        {(run.state === 'awaiting-approval' || run.state === 'running') && (
          <>
            {' '}
            · {t('runbook.limit')} <Instant at={run.limitAt} />
          </>
        )}
      </div>
      <small>
        {t('runbook.by', { person: actor(run.requestedBy) })} · <Ago at={run.since} />
      </small>
      {result !== null && <Result body={result} />}
    </li>
  );
}

/** Steps of runbooks, newest first: who asked, how it stands, what came back; whoever may approve does it here. */
export function RunPanel({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const login = useSession().data?.login ?? '';
  const may = useMay();
  const [deciding, setDeciding] = useState(false);
  const events = useTimeline(incident.id).data ?? [];
  if (incident.runs.length === 0) return null;
  const possible = incident.allowed.includes('decide-step') && may('incident:handle');
  return (
    <Panel title={t('runbook.title')}>
      <ul className="runs">
        {incident.runs.toReversed().map((run) => (
          <RunRow key={run.id} run={run} incident={incident} result={resultOf(events, run.id)} />
        ))}
      </ul>
      {possible && decidable(incident, login).length > 0 && (
        <Button block onClick={() => setDeciding(true)}>
          {t('op.decide-step')}
        </Button>
      )}
      {deciding && (
        <Suspense>
          <CommandDialog op="decide-step" incident={incident} onClose={() => setDeciding(false)} />
        </Suspense>
      )}
    </Panel>
  );
}
