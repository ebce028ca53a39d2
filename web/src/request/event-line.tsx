import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { contentUrl } from '../attachment/upload';
import { Quote } from '../case/quote';
import { useActorName } from '../incident/story-words';
import type { TimelineEvent } from '../incident/types';
import { caseHref } from './case-href';
import type { Words } from './event-words';

const CASE = /((?:REQ|INC)-\d{6,})/;

/** Numbers of cases in a sentence lead there. */
function Sentence({ text }: { text: string }) {
  let at = 0;
  return text.split(CASE).map((part) => {
    at += 1;
    return CASE.test(part) ? (
      <Link key={at} to={caseHref(part)}>
        {part}
      </Link>
    ) : (
      part
    );
  });
}

const names = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : [];

interface File {
  id: string;
  name: string;
}
const filesOf = (value: unknown): File[] =>
  Array.isArray(value)
    ? value.filter((v): v is File => typeof v === 'object' && v !== null && 'id' in v && 'name' in v)
    : [];

/** An event of a request: who did what, and what was written. */
export function EventLine({ event, words, own = false }: { event: TimelineEvent; words: Words; own?: boolean }) {
  const { t } = useTranslation();
  const actor = useActorName();
  const { visibility, mentions, attachments } = event.body;
  const files = filesOf(attachments);
  return (
    <>
      <p>
        <b>{actor(event.actor)}</b> <Sentence text={words.sentence} />
        {words.details.length > 0 && <span className="story-details"> · {words.details.join(' · ')}</span>}{' '}
        {!own && event.kind === 'commented' && (visibility === 'internal' || visibility === 'public') && (
          <span className={`note-mark note-mark-${visibility}`}>{t(`request.readers.${visibility}`)}</span>
        )}
      </p>
      {words.quote !== null && <Quote text={words.quote} mentions={names(mentions)} />}
      {files.length > 0 && (
        <ul className="files">
          {files.map((f) => (
            <li key={f.id}>
              <a href={contentUrl(f.id)} download={f.name} dir="auto">
                {f.name}
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
