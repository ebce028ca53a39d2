import { Button, Form, Input, Modal, Skeleton } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { asProblem } from '../api/problem';
import { ProblemAlert } from '../form/problem-alert';
import { useMay } from '../session/session';
import { More } from '../shell/more';
import { useNotice } from '../shell/notice';
import { Instant } from '../time/viewer';
import { Status } from './cis';
import { ResourcePlaces } from './places';
import { type Ci, type CiRevision, useCi, useRestoreCi, useRetireCi, useRevisions } from './queries';
import { shown, useAttributeName, useTypeTitle } from './words';
import '../incident/list.css';

const CiForm = lazy(() => import('./ci-form').then((m) => ({ default: m.CiForm })));

function Facts({ ci }: { ci: Ci }) {
  const { t } = useTranslation();
  const title = useTypeTitle();
  const attributeName = useAttributeName();
  return (
    <dl className="resource-facts">
      <dt>{t('resource.type')}</dt>
      <dd>{title(ci.type)}</dd>
      <dt>{t('field.state')}</dt>
      <dd>
        <Status status={ci.status} />
      </dd>
      <dt>{t('field.owner')}</dt>
      <dd>{ci.owner}</dd>
      <dt>{t('field.tenant')}</dt>
      <dd>{ci.tenantId}</dd>
      {Object.entries(ci.attributes).map(([name, value]) => (
        <Fact key={name} name={attributeName(name)} value={shown(value)} />
      ))}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** What a revision changed, against the one before it. */
function Changes({ now, before }: { now: CiRevision; before: CiRevision | undefined }) {
  const { t } = useTranslation();
  const attributeName = useAttributeName();
  if (!before) return null;
  const names = [...new Set([...Object.keys(before.attributes), ...Object.keys(now.attributes)])];
  const all = [
    { name: t('resource.name'), old: before.name, next: now.name },
    { name: t('field.owner'), old: before.owner, next: now.owner },
    {
      name: t('field.state'),
      old: t(`resource.status_${before.status}`),
      next: t(`resource.status_${now.status}`),
    },
    ...names.map((n) => ({ name: attributeName(n), old: shown(before.attributes[n]), next: shown(now.attributes[n]) })),
  ];
  const changed = all.filter(({ old, next }) => old !== next);
  return (
    <ul>
      {changed.map(({ name, old, next }) => (
        <li key={name}>
          {name}: <del>{old}</del> → <ins>{next}</ins>
        </li>
      ))}
    </ul>
  );
}

function RevisionItem({
  of,
  before,
  onRestore,
}: {
  of: CiRevision;
  before: CiRevision | undefined;
  onRestore: (() => void) | null;
}) {
  const { t } = useTranslation();
  return (
    <li>
      <div className="resource-head">
        <span>
          <b>{t('resource.revision', { n: of.revision })}</b>{' '}
          {t(`resource.change_${of.change}`, { n: of.restored ?? 0 })} · {of.by} · <Instant at={of.at} />
          {of.caseId !== null && (
            <>
              {' '}
              · <Link to={`/requests/${of.caseId}`}>{of.caseId}</Link>
            </>
          )}
        </span>
        {onRestore && (
          <Button size="small" onClick={onRestore}>
            {t('resource.restore')}
          </Button>
        )}
      </div>
      {of.reason !== null && <p>{of.reason}</p>}
      <Changes now={of} before={before} />
    </li>
  );
}

type Asked = { kind: 'retire' } | { kind: 'restore'; revision: number };

/** Asks why before something is done that others will wonder about. */
function WhyDialog({ ci, asked, onClose }: { ci: Ci; asked: Asked; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ reason: string }>();
  const notice = useNotice();
  const retire = useRetireCi();
  const restore = useRestoreCi();
  const done = { onSuccess: onClose, onError: (e: unknown) => void notice.error(t(`problem.${asProblem(e).code}`)) };
  const send = ({ reason }: { reason: string }) =>
    asked.kind === 'retire'
      ? retire.mutate({ ci, reason }, done)
      : restore.mutate({ ci, revision: asked.revision, reason }, done);
  const title =
    asked.kind === 'retire'
      ? t('resource.retireTitle', { id: ci.id })
      : t('resource.restoreTitle', { n: asked.revision });
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      onOk={() => form.submit()}
      okText={t(asked.kind === 'retire' ? 'resource.retire' : 'resource.restore')}
      confirmLoading={retire.isPending || restore.isPending}
    >
      <Form form={form} layout="vertical" requiredMark="optional" onFinish={send}>
        <Form.Item
          name="reason"
          label={t('field.reason')}
          rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <Input.TextArea autoFocus autoSize={{ minRows: 2 }} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function History({ ci, onRestore }: { ci: Ci; onRestore: ((revision: number) => void) | null }) {
  const { t } = useTranslation();
  const list = useRevisions(ci.id);
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <section>
      <h2>{t('resource.history')}</h2>
      {list.isError && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      <ol className="revisions">
        {rows.map((r, i) => (
          <RevisionItem
            key={r.revision}
            of={r}
            before={rows[i + 1]}
            onRestore={onRestore && r.revision !== ci.revision ? () => onRestore(r.revision) : null}
          />
        ))}
      </ol>
      <More list={list} />
    </section>
  );
}

/** A configuration item with everything it has been. */
export function CiPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const writes = useMay()('cmdb:write');
  const read = useCi(id);
  const [editing, setEditing] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const ci = read.data;
  return (
    <div className="list">
      <title>{`${ci ? `${ci.id} ${ci.name}` : id} · Continuo`}</title>
      <ResourcePlaces />
      {read.isPending && <Skeleton active />}
      {read.isError && <ProblemAlert error={read.error} onRetry={() => void read.refetch()} />}
      {ci && (
        <>
          <div className="resource-head">
            <h1>
              {ci.id} {ci.name}
            </h1>
            {writes && ci.status !== 'retired' && (
              <span className="resource-acts">
                <Button type="primary" onClick={() => setEditing(true)}>
                  {t('resource.edit')}
                </Button>
                <Button onClick={() => setAsked({ kind: 'retire' })}>{t('resource.retire')}</Button>
              </span>
            )}
          </div>
          <Facts ci={ci} />
          <History ci={ci} onRestore={writes ? (revision) => setAsked({ kind: 'restore', revision }) : null} />
          {editing && (
            <Suspense>
              <CiForm ci={ci} onClose={() => setEditing(false)} onSaved={() => undefined} />
            </Suspense>
          )}
          {asked && <WhyDialog ci={ci} asked={asked} onClose={() => setAsked(null)} />}
        </>
      )}
    </div>
  );
}
