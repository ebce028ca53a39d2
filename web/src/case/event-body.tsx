import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { AttachmentList } from '../attachment/list';
import { useActorName } from '../incident/story-words';
import type { TimelineEvent } from '../incident/types';
import type { EventWords } from './event-words';
import { Quote } from './quote';

const names = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : [];

/** Files that an event names. */
const idsOf = (value: unknown): string[] =>
  Array.isArray(value) ? names(value.map((v: { id?: unknown } | null) => v?.id)) : [];

const CASE = /(INC-\d{6,})/;

/** Numbers of cases in a sentence lead there. */
function Sentence({ text }: { text: string }) {
  let at = 0;
  return text.split(CASE).map((part) => {
    at += 1;
    return CASE.test(part) ? (
      <Link key={at} to={`/incidents/${part}`}>
        {part}
      </Link>
    ) : (
      part
    );
  });
}

function Readers({ visibility }: { visibility: unknown }) {
  const { t } = useTranslation();
  if (visibility !== 'internal' && visibility !== 'public') return null;
  return <span className={`note-mark note-mark-${visibility}`}>{t(`noteMark.${visibility}`)}</span>;
}

interface EventBodyProps {
  caseId: string;
  event: TimelineEvent;
  words: EventWords;
  /** Told to the reporter himself: who reads it goes without saying. */
  own?: boolean;
}

/** An event of the story: who did what, what was written, what came back. */
export function EventBody({ caseId, event, words, own = false }: EventBodyProps) {
  const { t } = useTranslation();
  const actor = useActorName();
  const { sentence, quote, details, excerpt } = words;
  const { visibility, mentions, attachments } = event.body;
  const files = idsOf(attachments);
  return (
    <>
      <p>
        <b>{actor(event.actor)}</b> <Sentence text={sentence} />
        {details.length > 0 && <span className="story-details"> · {details.join(' · ')}</span>}{' '}
        {event.kind === 'noted' && !own && <Readers visibility={visibility} />}
      </p>
      {quote !== null && <Quote text={quote} mentions={names(mentions)} />}
      {files.length > 0 && <AttachmentList incident={{ id: caseId }} ids={files} />}
      {excerpt !== null && (
        <details className="story-excerpt">
          <summary>{t('runbook.answer')}</summary>
          <pre dir="auto">{excerpt}</pre>
        </details>
      )}
    </>
  );
}
