import { DownOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { RequestOp } from '../../../domain/request-command';
import type { RequestView } from '../../../domain/request-projection';
import { asProblem } from '../api/problem';
import { newKey } from '../form/key';
import { useMay, useSession } from '../session/session';
import { useNotice } from '../shell/notice';
import type { About } from './command-values';
import { askedIn, commandsNow, GRAVE, type WholeOp } from './commands-now';
import { useRequestCommand } from './queries';
import '../portal/big-button.css';

const CommandDialog = lazy(() => import('./command-dialog').then((m) => ({ default: m.CommandDialog })));

/** Where an approval is decided, with everything one has to know. */
const decideHref = (id: string): string => `/approvals?at=${id}`;
export const editHref = (id: string): string => `/requests/${id}/edit`;

/** Sends what needs no fields. */
export function useAtOnce(request: RequestView) {
  const { t } = useTranslation();
  const notice = useNotice();
  const command = useRequestCommand();
  const send = (op: RequestOp, body: object) =>
    command.mutate(
      { id: request.id, op, body, key: newKey() },
      {
        onError: (e) => {
          const problem = asProblem(e);
          void notice.error(
            problem.status === 409 ? t('request.movedOn') : problem.detail || t(`problem.${problem.code}`),
          );
        },
      },
    );
  return { send, sending: command.isPending ? command.variables.op : null };
}

/** Opens the dialog of a command about a step or task. */
export function useDialog(request: RequestView) {
  const [asked, setAsked] = useState<{ op: RequestOp; about: About } | null>(null);
  const dialog = asked !== null && (
    <Suspense>
      <CommandDialog
        key={`${asked.op} ${asked.about.task} ${asked.about.step}`}
        op={asked.op}
        about={asked.about}
        request={request}
        onClose={() => setAsked(null)}
      />
    </Suspense>
  );
  return { open: (op: RequestOp, about: About = {}) => setAsked({ op, about }), dialog };
}

/** The one or two likely commands as buttons, the rest in a menu; only what is possible now. */
export function RequestCommands({ request }: { request: RequestView }) {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const login = useSession().data?.login ?? '';
  const { send, sending } = useAtOnce(request);
  const { open, dialog } = useDialog(request);
  const { likely, rest } = commandsNow(request, { login, may });
  const asked = askedIn(request, login).length > 0;
  const act = (op: WholeOp) => {
    if (op === 'edit' || op === 'resubmit') void navigate(editHref(request.id));
    else if (op === 'resume') send(op, {});
    else open(op);
  };
  return (
    <div className="commands">
      {asked && (
        <Link to={decideHref(request.id)} className="big-button">
          {t('request.decide')}
        </Link>
      )}
      {likely.map((op, i) => (
        <Button
          key={op}
          type={i === 0 && !asked && !GRAVE.includes(op) ? 'primary' : 'default'}
          danger={GRAVE.includes(op)}
          loading={sending === op}
          onClick={() => act(op)}
        >
          {t(`requestOp.${op}`)}
        </Button>
      ))}
      {rest.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: rest.map((op) => ({ key: op, label: t(`requestOp.${op}`), danger: GRAVE.includes(op) })),
            onClick: ({ key }) => act(key as WholeOp),
          }}
        >
          <Button icon={<DownOutlined />} iconPlacement="end">
            {t('request.more')}
          </Button>
        </Dropdown>
      )}
      {dialog}
    </div>
  );
}
