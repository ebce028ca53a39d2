import { useQuery } from '@tanstack/react-query';
import { Drawer, Skeleton } from 'antd';
import { useEffect, useEffectEvent, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../domain/request-projection';
import { resultForm } from '../../../domain/request-result';
import { api, dataOf } from '../api/client';
import { ProblemAlert } from '../form/problem-alert';
import { useServerDraft } from '../form/server-draft';
import { EMPTY_DRAFT, type FormDraft } from '../form-schema/draft';
import type { Data, FormSchema } from '../form-schema/schema';
import { FormSheet } from '../form-schema/sheet';
import { useIntent } from '../portal/intent';
import { useNotice } from '../shell/notice';
import { useViewer } from '../time/viewer';
import { usePlan, useRequestCommand } from './queries';
import type { PlanDrawn } from './types';

const REASON: FormSchema = {
  type: 'string',
  minLength: 1,
  maxLength: 1000,
  'x-widget': 'long-text',
  'x-title': { 'zh-CN': '原因', en: 'Reason' },
};

/** Only what is asked for is drawn; that more may be told is for programs. */
const closed = (schema: FormSchema): FormSchema => ({
  ...schema,
  ...(schema.properties && {
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, closed(field)])),
  }),
});

/** What is asked for: the values of the step, but for whole sections that may stay empty, and why they are entered. */
function asked(plan: PlanDrawn, step: string): FormSchema {
  const drawn = plan.steps[step];
  const schema = closed(resultForm(drawn?.kind === 'auto' ? (drawn.action ?? null) : null) as FormSchema);
  const needed = (schema.required ?? []).filter((name) => schema.properties?.[name]?.type !== 'object');
  return { ...schema, required: [...needed, 'reason'], properties: { ...schema.properties, reason: REASON } };
}

/** Sections that were left empty are sent as such. */
const complete = (schema: FormSchema, given: Data): Data => ({
  ...Object.fromEntries(
    Object.entries(schema.properties ?? {}).flatMap(([name, f]) => (f.type === 'object' ? [[name, {}]] : [])),
  ),
  ...given,
});

/** Revisions are told by the item that is chosen, until somebody says otherwise. */
function useRevisions(schema: FormSchema, data: Data, fill: (data: Data) => void): void {
  const id = typeof data.ci === 'string' && data.revision === undefined ? data.ci : null;
  const ci = useQuery({
    queryKey: ['cis', id],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/cis/{id}', { params: { path: { id: id ?? '' } }, signal })),
    enabled: id !== null,
  });
  const revision = ci.data?.id === id ? ci.data?.revision : undefined;
  const take = useEffectEvent((now: number) => {
    const before = schema.properties?.previous && now > 1 ? { previous: now - 1 } : {};
    fill({ ...data, revision: now, ...before });
  });
  useEffect(() => {
    if (revision !== undefined) take(revision);
  }, [revision]);
}

interface SheetProps {
  request: RequestView;
  step: string;
  schema: FormSchema;
  onClose: () => void;
}

function ResultSheet({ request, step, schema, onClose }: SheetProps) {
  const { t } = useTranslation();
  const notice = useNotice();
  const draft = useServerDraft<FormDraft>(`result.${request.id.toLowerCase()}.${step}`, EMPTY_DRAFT);
  const command = useRequestCommand();
  const intent = useIntent();
  useRevisions(schema, draft.values.data, (data) => draft.save({ data }));
  const send = ({ reason, ...given }: Data) => {
    if (command.isPending) return;
    const body = { step, result: complete(schema, given), reason };
    const entered = () => {
      draft.clear();
      void notice.success(t('request.resultEntered'));
      onClose();
    };
    // The step may be over, and this drawer with it, before the answer is here; a refusal is told by `command.error`.
    command
      .mutateAsync({ id: request.id, op: 'enter-result', body, key: intent.key(body) })
      .then(entered, () => undefined);
  };
  return (
    <FormSheet
      schema={schema}
      draft={draft}
      error={command.error}
      sending={command.isPending}
      submit={t('requestOp.enter-result')}
      onSend={send}
      onChange={() => command.isError && command.reset()}
      extraFiles={false}
    />
  );
}

/** People have done what a step could not do by itself: they enter what it would have given, and the request goes on. */
export function ResultForm({ request, step, onClose }: Omit<SheetProps, 'schema'>) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const plan = usePlan(request.id);
  const schema = useMemo(() => plan.data && asked(plan.data, step), [plan.data, step]);
  const title = plan.data?.steps[step]?.title[language] ?? t('requestOp.enter-result');
  return (
    <Drawer open size={560} title={`${title} · ${request.id}`} onClose={onClose}>
      <p className="quiet">{t('request.resultsHelp')}</p>
      {plan.isPending && <Skeleton active />}
      {plan.isError && <ProblemAlert error={plan.error} onRetry={() => void plan.refetch()} />}
      {schema && <ResultSheet request={request} step={step} schema={schema} onClose={onClose} />}
    </Drawer>
  );
}
