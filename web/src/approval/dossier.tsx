import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ChangedFields, FileLinks, FilledIn } from '../form-schema/filled';
import type { FormSchema } from '../form-schema/schema';
import { Due } from '../time/due';
import { Ago, useViewer } from '../time/viewer';
import { DueWords } from './due';
import type { Dossier } from './queries';
import { nameIn, Votes } from './votes';

interface DossierProps {
  dossier: Dossier;
  /** Address of a file. */
  fileHref: (id: string) => string;
  /** What the viewer looked at before it was changed under him. */
  seen?: Dossier['content'] | null;
  /** Whether the viewer is signed in and can follow links. */
  inside: boolean;
}

/** Everything needed to decide, on one page: what is asked, by whom, until when, what it costs, what others say. */
export function DossierView({ dossier, fileHref, seen = null, inside }: DossierProps) {
  const { t } = useTranslation();
  const { content, schema, approval, votes, people } = dossier;
  const files = content.files.map(({ id, name, size }) => ({ id, name, size, href: fileHref(id) }));
  const form = schema as FormSchema;
  const before = seen ?? dossier.before;
  return (
    <div className="dossier">
      <Head dossier={dossier} inside={inside} />
      {before !== null && (
        <section className="dossier-changed" role={seen ? 'alert' : undefined}>
          <h3>{t(seen ? 'approval.changedNow' : 'approval.changedSince')}</h3>
          <ChangedFields
            before={{ schema: form, data: before.data }}
            after={{ schema: form, data: content.data }}
            files={files}
          />
        </section>
      )}
      <section>
        <h3>{t('approval.content')}</h3>
        <FilledIn schema={form} data={content.data} files={files} />
        {content.attachments.length > 0 && (
          <>
            <h4>{t('approval.files')}</h4>
            <FileLinks ids={content.attachments} files={files} />
          </>
        )}
      </section>
      <Pools dossier={dossier} />
      <section>
        <h3>{t('approval.votes')}</h3>
        <Votes voting={approval} people={people} />
        {votes.toReversed().map((v) => (
          <Votes key={`${v.step} ${v.visit}`} voting={v} people={people} />
        ))}
      </section>
      <Said dossier={dossier} />
      <Earlier dossier={dossier} inside={inside} />
    </div>
  );
}

function Head({ dossier, inside }: Pick<DossierProps, 'dossier' | 'inside'>) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const { request, approval, you, people, cost } = dossier;
  const name = (login: string) => nameIn(people, login);
  return (
    <header className="dossier-head">
      <p className="quiet">
        {inside ? (
          <Link to={`/requests/${request.id}`} className="case-id">
            {request.id}
          </Link>
        ) : (
          <span className="case-id">{request.id}</span>
        )}{' '}
        · {request.itemTitle[language]} · {approval.title[language]}
      </p>
      {inside ? <h2 dir="auto">{request.title}</h2> : <h1 dir="auto">{request.title}</h1>}
      {you.for !== null && <p className="dossier-place">{t('approval.youFor', { name: name(you.for) })}</p>}
      <DueWords dossier={dossier} />
      <dl className="dossier-facts">
        <Fact label={t('approval.requester')} value={`${name(request.requester)} · ${request.tenant}`} />
        {request.beneficiary !== request.requester && (
          <Fact label={t('approval.beneficiary')} value={name(request.beneficiary)} />
        )}
        <div>
          <dt>{t('approval.asked')}</dt>
          <dd>
            <Ago at={request.createdAt} />
          </dd>
        </div>
        <Fact
          label={t('approval.cost')}
          value={
            cost === null
              ? t('approval.free')
              : `${new Intl.NumberFormat(language, { style: 'currency', currency: cost.currency }).format(cost.amount)} ${t(`approval.per.${cost.per}`)}`
          }
        />
        <Clocks dossier={dossier} />
      </dl>
    </header>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd dir="auto">{value}</dd>
    </div>
  );
}

function Clocks({ dossier: { clocks } }: { dossier: Dossier }) {
  const { language } = useViewer();
  return clocks.map(({ title, clock }) =>
    clock.dueAt !== null && clock.stoppedAt === null ? (
      <div key={clock.name}>
        <dt>{title[language]}</dt>
        <dd>
          <Due at={clock.dueAt} />
        </dd>
      </div>
    ) : null,
  );
}

/** What is free where the request would be served from. */
function Pools({ dossier: { pools } }: { dossier: Dossier }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  if (pools.length === 0) return null;
  const number = new Intl.NumberFormat(language);
  return (
    <section>
      <h3>{t('approval.pools')}</h3>
      {pools.map((pool) => (
        <div key={pool.name} className="dossier-pool">
          <b>{pool.title[language]}</b>
          <ul>
            {pool.units.map(({ unit, free, total, asked }) => (
              <li key={unit} className={asked !== null && asked > free ? 'broken' : undefined}>
                {t('approval.unit', { unit, free: number.format(free), total: number.format(total) })}
                {asked !== null && ` · ${t('approval.unitAsked', { asked: number.format(asked) })}`}
                {asked !== null && asked > free && ` · ${t('approval.unitShort')}`}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function Said({ dossier: { said, people } }: { dossier: Dossier }) {
  const { t } = useTranslation();
  if (said.length === 0) return null;
  return (
    <section>
      <h3>{t('approval.said')}</h3>
      <ul className="dossier-said">
        {said.map((s) => (
          <li key={`${s.at} ${s.kind}`}>
            <small className="quiet">
              {nameIn(people, s.actor)} · {t(`approval.kind.${s.kind}` as 'approval.kind.commented')} ·{' '}
              <Ago at={s.at} />
            </small>
            {s.text !== '' && <blockquote dir="auto">{s.text}</blockquote>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Earlier({ dossier: { earlier }, inside }: Pick<DossierProps, 'dossier' | 'inside'>) {
  const { t } = useTranslation();
  return (
    <section>
      <h3>{t('approval.earlier', { count: earlier.total })}</h3>
      {earlier.items.length === 0 ? (
        <p className="quiet">{t('approval.earlierNone')}</p>
      ) : (
        <ul className="dossier-earlier">
          {earlier.items.map((r) => (
            <li key={r.id}>
              {inside ? <Link to={`/requests/${r.id}`}>{r.id}</Link> : <span className="case-id">{r.id}</span>}{' '}
              <span dir="auto">{r.title}</span>{' '}
              <small className="quiet">
                {t(`approval.state.${r.state}`)} · <Ago at={r.createdAt} />
              </small>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
