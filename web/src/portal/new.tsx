import { Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { asProblem } from '../api/problem';
import { ProblemAlert } from '../form/problem-alert';
import { useServerDraft } from '../form/server-draft';
import { EMPTY_DRAFT, type FormDraft } from '../form-schema/draft';
import { useSubmit } from '../request/queries';
import { useNotice } from '../shell/notice';
import { useViewer } from '../time/viewer';
import { Way } from './catalogue';
import { CostWords } from './cost';
import { ForWhom, whomOf } from './for-whom';
import { useIntent } from './intent';
import { useItem } from './queries';
import type { Item } from './types';
import './portal.css';

/** The form machinery is only loaded where a form is filled in. */
const FormSheet = lazy(() => import('../form-schema/sheet').then((m) => ({ default: m.FormSheet })));

/** Length of a title made of what was written. */
const TITLE = 80;

/** Whoever does not know where his wish belongs finds it again by his own words. */
function firstWords(data: object): string {
  const text = Object.values(data).find((v): v is string => typeof v === 'string') ?? '';
  const line = text.trim().split('\n')[0] ?? '';
  return line.length > TITLE ? `${line.slice(0, TITLE - 1)}…` : line;
}

function NewForm({ item, follows }: { item: Item; follows: string | null }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const notice = useNotice();
  const navigate = useNavigate();
  const submit = useSubmit();
  const draft = useServerDraft<FormDraft>(`request.${item.name}`, EMPTY_DRAFT);
  const intent = useIntent();
  const send = (data: object, attachments: readonly string[]) => {
    if (submit.isPending) return;
    const title = draft.values.title.trim() || (item.freeText ? firstWords(data) : '');
    const body = {
      item: item.name,
      data,
      attachments,
      ...(title === '' ? {} : { title }),
      ...whomOf(draft.values.whom),
      ...(follows === null ? {} : { follows }),
    };
    submit.mutate(
      { body, key: intent.key(body) },
      {
        onSuccess: (view) => {
          draft.clear();
          void notice.success(t('portal.sent', { id: view.id }));
          void navigate(`/requests/${view.id}`, { replace: true });
        },
        onError: (e) => asProblem(e).code === 'IdempotencyKeyReused' && intent.renew(),
      },
    );
  };
  return (
    <Suspense fallback={<Skeleton active />}>
      <FormSheet
        schema={item.form.schema}
        draft={draft}
        error={submit.error}
        sending={submit.isPending}
        submit={t('portal.send')}
        onSend={send}
        onChange={() => submit.isError && submit.reset()}
        before={<ForWhom draft={draft} title={item.freeText ? null : item.title[language]} />}
      />
    </Suspense>
  );
}

/** Asking for something: its form, kept on the server while it is filled in. */
export function NewRequestPage() {
  const { t } = useTranslation();
  const { language } = useViewer();
  const name = useParams().name ?? '';
  const follows = useSearchParams()[0].get('follows');
  const found = useItem(name);
  if (found.isPending) return <Skeleton active className="portal" />;
  if (found.data === undefined)
    return (
      <div className="portal">
        <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />
        <Link to="/portal/catalogue">{t('portal.toCatalogue')}</Link>
      </div>
    );
  const item = found.data;
  return (
    <div className="portal form-page">
      <title>{`${item.title[language]} · Continuo`}</title>
      <Way way={item.path} />
      <h1>{item.freeText ? t('portal.unsure') : t('portal.askFor', { item: item.title[language] })}</h1>
      <p className="quiet">
        {item.description?.[language]} <CostWords cost={item.cost} />
      </p>
      {/* Another item is another form: nothing of this one stays. */}
      <NewForm key={item.name} item={item} follows={follows} />
    </div>
  );
}
