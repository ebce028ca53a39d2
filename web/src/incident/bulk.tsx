import { useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem, type Problem } from '../api/problem';
import { newKey } from '../form/key';
import { useCommand } from './queries';
import type { Incident } from './types';

interface Outcome {
  id: string;
  problem: Problem | null;
}

/** Acknowledges several cases after a preview of what will happen and what will not; tells the outcome of each. */
export function BulkAcknowledge({ chosen, onDone }: { chosen: Incident[]; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const command = useCommand();
  const [keys, setKeys] = useState<Map<string, string> | null>(null);
  const [outcomes, setOutcomes] = useState<Outcome[]>([]);
  const [busy, setBusy] = useState(false);
  const will = chosen.filter((v) => v.allowed.includes('acknowledge'));
  const not = chosen.filter((v) => !v.allowed.includes('acknowledge'));
  const failed = outcomes.filter((o) => o.problem !== null);

  const close = () => {
    setKeys(null);
    setOutcomes([]);
  };
  const act = async () => {
    setBusy(true);
    const results: Outcome[] = [];
    for (const v of will) {
      const key = keys?.get(v.id) ?? newKey();
      const problem = await command
        .mutateAsync({ id: v.id, op: 'acknowledge', body: {}, key })
        .then(() => null, asProblem);
      results.push({ id: v.id, problem });
    }
    setBusy(false);
    setOutcomes(results);
    void client.invalidateQueries({ queryKey: ['incident'] });
    if (results.some((o) => o.problem !== null)) return;
    close();
    onDone();
  };

  return (
    <div className="bulk" role="status">
      <b>{t('bulk.selected', { count: chosen.length })}</b>
      <Button type="primary" onClick={() => setKeys(new Map(will.map((v) => [v.id, newKey()])))}>
        {t('op.acknowledge')} …
      </Button>
      <Button onClick={onDone}>{t('bulk.clear')}</Button>
      <Modal
        title={t('op.acknowledge')}
        open={keys !== null}
        onCancel={close}
        onOk={() => void act()}
        okText={t('bulk.do', { count: will.length })}
        okButtonProps={{ disabled: will.length === 0, loading: busy }}
        destroyOnHidden
      >
        <h3>{t('bulk.will', { count: will.length })}</h3>
        <ul className="bulk-list">
          {will.map((v) => (
            <li key={v.id}>
              {v.id} {v.title}
            </li>
          ))}
        </ul>
        {not.length > 0 && <h3>{t('bulk.willNot', { count: not.length })}</h3>}
        <ul className="bulk-list">
          {not.map((v) => (
            <li key={v.id}>
              {v.id} {v.title} – {t('bulk.because', { state: t(`state.${v.state}`) })}
            </li>
          ))}
        </ul>
        {failed.length > 0 && (
          <div role="alert" className="broken">
            <h3>{t('bulk.failed', { count: failed.length })}</h3>
            <ul className="bulk-list">
              {failed.map((o) => (
                <li key={o.id}>
                  {o.id}: {t(`problem.${o.problem?.code ?? 'Internal'}`)}
                </li>
              ))}
            </ul>
          </div>
        )}
      </Modal>
    </div>
  );
}
