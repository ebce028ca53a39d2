import { ArrowLeftOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Dropdown, Empty, Result, Skeleton } from 'antd';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { contentUrl } from '../attachment/upload';
import { ProblemAlert } from '../form/problem-alert';
import { useChanges } from '../live/live';
import { useKeys } from '../shell/keys';
import { More } from '../shell/more';
import { usePhone } from '../shell/width';
import { useViewer } from '../time/viewer';
import './approval.css';
import { Due } from '../time/due';
import { type Answer, DecisionDialog } from './decision';
import { DossierView } from './dossier';
import { type Dossier, questionOf, useApprovals } from './queries';
import { nameIn } from './votes';

const BatchDialog = lazy(() => import('./batch').then((m) => ({ default: m.BatchDialog })));

const stemOf = ({ request, approval }: Dossier) => `${request.id}/${approval.step}`;

/** What the viewer has looked at, by request and step: what changes under him is shown before he decides. */
function useSeen(current: Dossier | undefined) {
  const [seen, setSeen] = useState<ReadonlyMap<string, Dossier['content']>>(new Map());
  const stem = current && stemOf(current);
  const content = current?.content;
  useEffect(() => {
    if (stem !== undefined && content) setSeen((s) => (s.has(stem) ? s : new Map([...s, [stem, content]])));
  }, [stem, content]);
  const before = stem === undefined ? undefined : seen.get(stem);
  return {
    changed: before && before.hash !== content?.hash ? before : null,
    accept: () => stem !== undefined && content && setSeen((s) => new Map([...s, [stem, content]])),
  };
}

/** Reads the list again a moment after a request has changed: one that is asked anew is not in it for that moment. */
function useNews(): void {
  const client = useQueryClient();
  const timer = useRef<number>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  useChanges(({ id }) => {
    if (!id.startsWith('REQ-')) return;
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void client.invalidateQueries({ queryKey: ['approvals'] }), 500);
  });
}

/** What waits for the viewer's vote: the list at the left, everything needed to decide at the right. */
export function Approvals() {
  const { t } = useTranslation();
  const phone = usePhone();
  const list = useApprovals();
  useNews();
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  const [query, setQuery] = useSearchParams();
  const at = query.get('at');
  const wanted = items.find((d) => questionOf(d) === at || d.request.id === at || stemOf(d) === at?.split('.')[0]);
  const current = wanted ?? (phone || at !== null ? undefined : items[0]);
  const gone = at !== null && list.isSuccess && !wanted;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [batch, setBatch] = useState<readonly Dossier[] | null>(null);
  const seen = useSeen(current);
  const go = (d: Dossier | undefined, replace = false) => setQuery(d ? { at: questionOf(d) } : {}, { replace });
  const step = (by: number) => {
    const place = current ? items.indexOf(current) : -1;
    const next = items[Math.max(0, Math.min(items.length - 1, place + by))];
    if (next) go(next, true);
  };
  const toggle = (d: Dossier) =>
    setChosen((c) =>
      c.has(questionOf(d)) ? new Set([...c].filter((k) => k !== questionOf(d))) : new Set([...c, questionOf(d)]),
    );
  const decide = (kind: Answer) => current && seen.changed === null && setAnswer(kind);
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    a: () => decide('approve'),
    r: () => decide('reject'),
    x: () => current && toggle(current),
  });
  const selected = items.filter((d) => chosen.has(questionOf(d)));
  return (
    <div className={`approvals-inbox${current || gone ? ' has-current' : ''}`}>
      <title>{`${t('approval.place')} · Continuo`}</title>
      <aside aria-label={t('approval.place')}>
        <h1>
          {t('approval.place')} {list.data && <small className="quiet">{list.data.pages.at(-1)?.total}</small>}
        </h1>
        {list.isPending && <Skeleton active />}
        {list.isError && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
        {list.isSuccess && items.length === 0 && (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('approval.none')} />
        )}
        {selected.length > 0 && (
          <div className="approval-selected">
            <Button type="primary" onClick={() => setBatch(selected)}>
              {t('approval.batch.open', { count: selected.length })}
            </Button>
            <Button onClick={() => setChosen(new Set())}>{t('bulk.clear')}</Button>
          </div>
        )}
        <ul className="approval-rows">
          {items.map((d) => (
            <Row
              key={questionOf(d)}
              dossier={d}
              here={d === current}
              chosen={chosen.has(questionOf(d))}
              onOpen={() => go(d)}
              onChoose={() => toggle(d)}
            />
          ))}
        </ul>
        <More list={list} />
        {!phone && items.length > 0 && <p className="quiet approval-keys">{t('approval.keys')}</p>}
      </aside>
      {gone && (
        <Result
          status="info"
          title={t('approval.gone', { id: at.split('/')[0] ?? at })}
          extra={<Button onClick={() => go(undefined)}>{t('approval.toList')}</Button>}
        />
      )}
      {current && (
        <main className="approval-detail" aria-label={current.request.title}>
          {phone && (
            <Button type="text" icon={<ArrowLeftOutlined aria-hidden />} onClick={() => go(undefined)}>
              {t('approval.toList')}
            </Button>
          )}
          <DossierView dossier={current} fileHref={contentUrl} seen={seen.changed} inside />
          {seen.changed ? (
            <div className="approval-bar">
              <Button type="primary" onClick={seen.accept}>
                {t('approval.looked')}
              </Button>
            </div>
          ) : (
            <Bar onAnswer={setAnswer} />
          )}
        </main>
      )}
      {answer && current && (
        <DecisionDialog
          answer={answer}
          dossier={current}
          onClose={() => setAnswer(null)}
          onDone={() => {
            setAnswer(null);
            const next = items[items.indexOf(current) + 1] ?? items[items.indexOf(current) - 1];
            go(phone ? undefined : next, true);
          }}
        />
      )}
      {batch && (
        <Suspense>
          <BatchDialog
            chosen={batch}
            onClose={() => {
              setBatch(null);
              setChosen(new Set());
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

interface RowProps {
  dossier: Dossier;
  here: boolean;
  chosen: boolean;
  onOpen: () => void;
  onChoose: () => void;
}

function Row({ dossier, here, chosen, onOpen, onChoose }: RowProps) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const { request, approval, people, you } = dossier;
  return (
    <li className={here ? 'here' : undefined}>
      <Checkbox checked={chosen} onChange={onChoose} aria-label={t('list.select', { id: request.id })} />
      <button type="button" onClick={onOpen} aria-current={here ? 'true' : undefined}>
        <b dir="auto">{request.title}</b>
        <small className="quiet">
          {nameIn(people, request.requester)} · {request.itemTitle[language]}
          {you.for !== null && ` · ${t('approval.inPlaceOf', { name: nameIn(people, you.for) })}`}
        </small>
        <small>{approval.dueAt === null ? t('approval.noLimit') : <Due at={approval.dueAt} />}</small>
      </button>
    </li>
  );
}

/** The two likely answers at the thumb, the others one touch away. */
function Bar({ onAnswer }: { onAnswer: (answer: Answer) => void }) {
  const { t } = useTranslation();
  const others = (['return', 'ask', 'delegate'] as const).map((key) => ({ key, label: t(`approval.answer.${key}`) }));
  return (
    <div className="approval-bar">
      <Button type="primary" onClick={() => onAnswer('approve')}>
        {t('approval.answer.approve')}
      </Button>
      <Button danger onClick={() => onAnswer('reject')}>
        {t('approval.answer.reject')}
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{ items: others, onClick: ({ key }) => onAnswer(key as Answer) }}
        placement="topRight"
      >
        <Button>{t('approval.more')}</Button>
      </Dropdown>
    </div>
  );
}
