import { useTranslation } from 'react-i18next';
import { Ago, useViewer } from '../time/viewer';
import type { Dossier, Voting } from './queries';

type Names = Dossier['people'];
const MARK = { asked: '…', next: '○', approved: '✓', rejected: '✕', replaced: '→', gone: '–' } as const;

export const nameIn = (people: Names, login: string): string => people[login] ?? login;

/** How many have to agree, in words. */
export function useQuorum(): (v: Voting) => string {
  const { t } = useTranslation();
  return ({ quorum, order, veto }) => {
    const words = [
      'count' in quorum
        ? t('approval.quorum.count', { count: quorum.count })
        : 'percent' in quorum
          ? t('approval.quorum.percent', { percent: quorum.percent })
          : t(`approval.quorum.${quorum.need}`),
    ];
    if (order === 'sequential') words.push(t('approval.quorum.sequential'));
    if (veto) words.push(t('approval.quorum.veto'));
    return words.join(' ');
  };
}

function Voter({ voter, people }: { voter: Voting['approvers'][number]; people: Names }) {
  const { t } = useTranslation();
  const place =
    voter.for !== null
      ? t('approval.inPlaceOf', { name: nameIn(people, voter.for) })
      : voter.as === 'approver'
        ? ''
        : t(`approval.as.${voter.as}`);
  return (
    <li className={`approval-voter approval-${voter.state}`}>
      <span aria-hidden="true" className="approval-mark">
        {MARK[voter.state]}
      </span>
      <span>
        <b>{nameIn(people, voter.login)}</b> {t(`approval.voter.${voter.state}`)}
        {place !== '' && <small className="quiet"> · {place}</small>}
        {voter.at !== null && (
          <small className="quiet">
            {' · '}
            <Ago at={voter.at} />
          </small>
        )}
        {voter.comment !== null && <blockquote dir="auto">{voter.comment}</blockquote>}
      </span>
    </li>
  );
}

/** One round of votes: what it is about, how many are needed, who has voted how. */
export function Votes({ voting, people }: { voting: Voting; people: Names }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const quorum = useQuorum();
  return (
    <section className="approval-round">
      <h4>
        {voting.title[language]}
        {voting.state !== 'running' && <> · {t(`approval.round.${voting.state}`)}</>}
      </h4>
      {voting.state === 'running' && <p className="quiet">{quorum(voting)}</p>}
      <ul>
        {voting.approvers.map((voter) => (
          <Voter key={`${voter.login} ${voter.for} ${voter.state}`} voter={voter} people={people} />
        ))}
      </ul>
    </section>
  );
}
