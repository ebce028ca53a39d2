import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Modal, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { newKey } from '../form/key';
import { ProblemAlert } from '../form/problem-alert';
import { type Fate, fateOf } from './fate';
import { askedNow, type Dossier, questionOf, sendCommand } from './queries';

type Result = 'done' | { refused: string };

/** Approves several at once: first what will and will not happen and why, then what has happened. */
export function BatchDialog({ chosen, onClose }: { chosen: readonly Dossier[]; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [keys] = useState(() => new Map(chosen.map((d) => [questionOf(d), newKey()])));
  const [results, setResults] = useState<ReadonlyMap<string, Result>>(new Map());
  const [busy, setBusy] = useState(false);
  const preview = useQuery({
    queryKey: ['approvals-preview', ...chosen.map((d) => `${questionOf(d)} ${d.approval.shown}`)],
    queryFn: async () =>
      new Map(
        await Promise.all(chosen.map(async (d) => [questionOf(d), fateOf(d, await askedNow(d.request.id))] as const)),
      ),
    gcTime: 0,
  });
  const willing = chosen.filter((d) => preview.data?.get(questionOf(d)) === 'will');
  const over = results.size > 0 && !busy;
  const run = async () => {
    setBusy(true);
    // One after the other: each is a vote of its own, and one that is refused keeps none of the others.
    for (const d of willing) {
      const { step, shown } = d.approval;
      const key = keys.get(questionOf(d)) ?? newKey();
      const result = await sendCommand({
        op: 'vote',
        id: d.request.id,
        key,
        body: { step, decision: 'approve', shown },
      }).then(
        (): Result => 'done',
        (e: unknown): Result => ({ refused: asProblem(e).detail || asProblem(e).code }),
      );
      setResults((r) => new Map([...r, [questionOf(d), result]]));
    }
    setBusy(false);
    await client.invalidateQueries({ queryKey: ['approvals'] });
  };
  return (
    <Modal
      open
      title={t('approval.batch.title', { count: chosen.length })}
      okText={over ? t('shell.close') : t('approval.batch.run', { count: willing.length })}
      okButtonProps={{ disabled: !over && willing.length === 0 }}
      cancelText={t('approval.back')}
      cancelButtonProps={over ? { hidden: true } : {}}
      confirmLoading={busy}
      onOk={() => (over ? onClose() : void run())}
      onCancel={onClose}
    >
      {preview.isPending && <Skeleton active />}
      {preview.isError && <ProblemAlert error={preview.error} onRetry={() => void preview.refetch()} />}
      <ul className="approval-batch">
        {chosen.map((d) => (
          <Line
            key={questionOf(d)}
            dossier={d}
            fate={preview.data?.get(questionOf(d))}
            result={results.get(questionOf(d))}
          />
        ))}
      </ul>
    </Modal>
  );
}

function Line({ dossier, fate, result }: { dossier: Dossier; fate: Fate | undefined; result: Result | undefined }) {
  const { t } = useTranslation();
  const refused = typeof result === 'object' ? result.refused : null;
  const good = result === 'done' || (result === undefined && fate === 'will');
  return (
    <li>
      <span aria-hidden="true">{fate === undefined ? '…' : good ? '✓' : '✕'}</span>{' '}
      <span className="case-id">{dossier.request.id}</span> <span dir="auto">{dossier.request.title}</span>
      <br />
      <small className={fate !== undefined && !good ? 'broken' : 'quiet'}>
        {refused ?? (result === 'done' ? t('approval.batch.done') : fate !== undefined && t(`approval.batch.${fate}`))}
      </small>
    </li>
  );
}
