import { DownOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IncidentOp } from '../../../domain/incident-command';
import { asProblem } from '../api/problem';
import { newKey } from '../form/key';
import { useMay, useSession } from '../session/session';
import { useKeys } from '../shell/keys';
import { useNotice } from '../shell/notice';
import { COMMAND_KEYS, commandsNow, GRAVE, IMMEDIATE } from './command-fields';
import { useCommand } from './queries';
import type { Incident } from './types';

const CommandDialog = lazy(() => import('../case/command-dialog').then((m) => ({ default: m.CommandDialog })));

/** Sends what needs no fields; a repeat of an intent that got no answer is the same intent. */
function useAtOnce(incident: Incident) {
  const { t } = useTranslation();
  const message = useNotice();
  const command = useCommand();
  const unanswered = useRef<{ op: IncidentOp; version: number; key: string } | null>(null);
  const send = (op: IncidentOp) => {
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
  return { send, sending: command.isPending ? command.variables.op : null };
}

interface CommandsProps {
  incident: Incident;
  /** The fault report has a place of its own on the page. */
  onReport: () => void;
}

/** The one or two likely commands as buttons, the rest in a grouped menu; only what is possible now. */
export function Commands({ incident, onReport }: CommandsProps) {
  const { t } = useTranslation();
  const may = useMay();
  const login = useSession().data?.login ?? '';
  const [asked, setAsked] = useState<IncidentOp | null>(null);
  const { send, sending } = useAtOnce(incident);
  const { likely, groups } = commandsNow(incident, { may, login });
  const offered = [...likely, ...groups.flatMap((g) => g.ops)];
  const act = (op: IncidentOp) => {
    if (op === 'submit-report') onReport();
    else if (IMMEDIATE.includes(op)) send(op);
    else setAsked(op);
  };
  useKeys(
    Object.fromEntries(
      Object.entries(COMMAND_KEYS).map(([key, op]) => [key, () => void (offered.includes(op) && act(op))]),
    ),
  );
  return (
    <div className="commands">
      {likely.map((op, i) => (
        <Button key={op} type={i === 0 ? 'primary' : 'default'} loading={sending === op} onClick={() => act(op)}>
          {t(`op.${op}`)}
        </Button>
      ))}
      {groups.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            className: 'command-menu',
            items: groups.map(({ group, ops }) => ({
              key: group,
              type: 'group',
              label: t(`opGroup.${group}`),
              children: ops.map((op) => ({ key: op, label: t(`op.${op}`), danger: GRAVE.includes(op) })),
            })),
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
