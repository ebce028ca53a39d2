import { DownOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IncidentOp } from '../../../domain/incident';
import { asProblem } from '../api/problem';
import { newKey } from '../form/key';
import { useMay } from '../session/session';
import { useKeys } from '../shell/keys';
import { useNotice } from '../shell/notice';
import { commandsNow, IMMEDIATE } from './command-fields';
import { useCommand } from './queries';
import type { Incident } from './types';

const CommandDialog = lazy(() => import('./command-dialog').then((m) => ({ default: m.CommandDialog })));

/** The one or two likely commands as buttons, the rest in a menu; only what is possible now. */
export function Commands({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const may = useMay();
  const message = useNotice();
  const command = useCommand();
  const [asked, setAsked] = useState<IncidentOp | null>(null);
  // A repeat of an intent that got no answer is the same intent.
  const unanswered = useRef<{ op: IncidentOp; version: number; key: string } | null>(null);
  const { likely, rest } = commandsNow(incident, may);

  const act = (op: IncidentOp) => {
    if (!IMMEDIATE.includes(op)) return setAsked(op);
    const last = unanswered.current;
    const key = last?.op === op && last.version === incident.version ? last.key : newKey();
    unanswered.current = { op, version: incident.version, key };
    command.mutate(
      { id: incident.id, op, body: {}, key },
      {
        onSuccess: () => {
          unanswered.current = null;
          void message.success(t(`done.${op as 'acknowledge'}`));
        },
        onError: (e) => {
          const problem = asProblem(e);
          void message.error(problem.status === 409 ? t('incident.movedOn') : t(`problem.${problem.code}`));
        },
      },
    );
  };
  useKeys({ a: () => likely.includes('acknowledge') && act('acknowledge') });

  return (
    <div className="commands">
      {likely.map((op, i) => (
        <Button
          key={op}
          type={i === 0 ? 'primary' : 'default'}
          loading={command.isPending && command.variables.op === op}
          onClick={() => act(op)}
        >
          {t(`op.${op}`)}
        </Button>
      ))}
      {rest.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: rest.map((op) => ({ key: op, label: t(`op.${op}`), danger: op === 'cancel' })),
            onClick: ({ key }) => act(key as IncidentOp),
          }}
        >
          <Button icon={<DownOutlined />} iconPlacement="end">
            {t('op.more')}
          </Button>
        </Dropdown>
      )}
      {asked !== null && (
        <Suspense>
          <CommandDialog key={asked} op={asked} incident={incident} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </div>
  );
}
