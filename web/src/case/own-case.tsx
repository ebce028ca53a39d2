import { Button, Skeleton } from 'antd';
import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { asProblem } from '../api/problem';
import { AttachmentList } from '../attachment/list';
import { newKey } from '../form/key';
import { ProblemAlert } from '../form/problem-alert';
import { useServiceName } from '../incident/badges';
import { NoteComposer } from '../incident/note';
import { useCommand, useTimeline } from '../incident/queries';
import { useEventWords } from '../incident/story-words';
import type { Incident, TimelineEvent } from '../incident/types';
import { SurveyCard } from '../notice/survey';
import { Promises } from '../promise/promises';
import { useNotice } from '../shell/notice';
import { useNow } from '../time/now';
import { Ago, Instant } from '../time/viewer';
import { EventBody } from './event-body';
import { progressOf, STEPS } from './progress';
import './own-case.css';

const CommandDialog = lazy(() => import('./command-dialog').then((m) => ({ default: m.CommandDialog })));

/** The five-word line. */
function Progress({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const at = progressOf(incident);
  if (at === null) return <p className="quiet">– {t('state.cancelled')}</p>;
  const reached = STEPS.indexOf(at);
  return (
    <ol className="progress" aria-label={t('own.progress')}>
      {STEPS.map((step, i) => (
        <li
          key={step}
          className={i < reached ? 'progress-done' : i === reached ? 'progress-now' : 'progress-next'}
          aria-current={i === reached ? 'step' : undefined}
        >
          <span aria-hidden="true">{i < reached ? '✓' : i === reached ? '●' : '○'}</span> {t(`ownProgress.${step}`)}
        </li>
      ))}
    </ol>
  );
}

/** The case is said to be solved: the requester confirms, or says that it is not. */
function Confirm({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const message = useNotice();
  const command = useCommand();
  const [reopening, setReopening] = useState(false);
  // A repeat of an intent that got no answer is the same intent.
  const key = useRef(newKey());
  const close = () =>
    command.mutate(
      { id: incident.id, op: 'close', body: {}, key: key.current },
      {
        onSuccess: () => void message.success(t('own.thanks')),
        onError: (e) => {
          const { status, code } = asProblem(e);
          void message.error(status === 409 ? t('incident.movedOn') : t(`problem.${code}`));
        },
      },
    );
  const may = (op: 'close' | 'reopen') => incident.allowed.includes(op);
  if (!may('close') && !may('reopen')) return null;
  return (
    <section className="own-confirm">
      <h2>{t('own.solved')}</h2>
      {may('close') && (
        <Button type="primary" loading={command.isPending} onClick={close}>
          {t('own.confirm')}
        </Button>
      )}
      {may('reopen') && <Button onClick={() => setReopening(true)}>{t('own.reopen')}</Button>}
      {reopening && (
        <Suspense>
          <CommandDialog op="reopen" incident={incident} onClose={() => setReopening(false)} />
        </Suspense>
      )}
    </section>
  );
}

/** Kinds that tell a requester something; the rest is how the work is organised. */
const TOLD: readonly string[] = [
  'opened',
  'acknowledged',
  'planned',
  'pended',
  'suspended',
  'resumed',
  'resolved',
  'reopened',
  'closed',
  'cancelled',
];
const isTold = ({ kind, body }: TimelineEvent) =>
  TOLD.includes(kind) || (kind === 'noted' && body.visibility === 'public');

function Told({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const timeline = useTimeline(incident.id);
  const words = useEventWords(useNow(60), [], incident.service);
  if (timeline.isPending) return <Skeleton active />;
  const told = (timeline.data ?? []).filter(isTold).toReversed();
  return (
    <section aria-label={t('story.title')}>
      {timeline.isError && <ProblemAlert error={timeline.error} onRetry={() => void timeline.refetch()} />}
      <ol className="story">
        {told.map((event) => (
          <li key={event.seq} className="own-entry">
            <small>
              <Instant at={event.at} /> · <Ago at={event.at} />
            </small>
            <EventBody caseId={incident.id} event={event} words={words(event)} own />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** A case as its reporter sees it: how far it is, what was promised, what was said; nothing of how the work is organised. */
export function OwnCase({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const service = useServiceName();
  const { resolution, state } = incident;
  return (
    <article className="own-case">
      <div className="case-line">
        <Link to="/incidents">← {t('place.ownIncidents')}</Link>
        <span className="case-id">{incident.id}</span>
        <span className="quiet">{service(incident.service)}</span>
        <span className="quiet">
          <Instant at={incident.createdAt} />
        </span>
      </div>
      <h1 dir="auto">{incident.title}</h1>
      <Progress incident={incident} />
      {resolution !== null && (state === 'resolved' || state === 'closed') && (
        <blockquote className="own-resolution" dir="auto">
          <b>{t('field.resolution')}</b>
          <div>{resolution}</div>
        </blockquote>
      )}
      {state === 'resolved' && <Confirm incident={incident} />}
      {state === 'closed' && <SurveyCard caseId={incident.id} />}
      {incident.description !== '' && (
        <section className="description" dir="auto">
          {incident.description}
        </section>
      )}
      <AttachmentList incident={incident} />
      <Promises id={incident.id} clocks={incident.clocks} asOf={incident.updatedAt} />
      {incident.allowed.includes('note') && <NoteComposer id={incident.id} own />}
      <Told incident={incident} />
    </article>
  );
}
