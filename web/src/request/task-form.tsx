import { Drawer, Form, Input, Radio, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../domain/request-projection';
import { ProblemAlert } from '../form/problem-alert';
import { useServerDraft } from '../form/server-draft';
import { EMPTY_DRAFT, type FormDraft } from '../form-schema/draft';
import { FormSheet } from '../form-schema/sheet';
import { useIntent } from '../portal/intent';
import { useNotice } from '../shell/notice';
import { useViewer } from '../time/viewer';
import { useForm, useRequestCommand } from './queries';
import type { RequestTask } from './types';

interface TaskFormProps {
  request: RequestView;
  task: RequestTask;
  onClose: () => void;
}

/** `form/name@version`, or only its name. */
const formOf = (form: string) => {
  const [, name = form, version] = /^(?:\*\/)?(?:form\/)?([a-z0-9-]+)(?:@(\d+))?$/.exec(form) ?? [];
  return { name, version: version === undefined ? undefined : Number(version) };
};

/** What a task asks for is entered in its form; that ends it. */
export function TaskForm({ request, task, onClose }: TaskFormProps) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const notice = useNotice();
  const { name, version } = formOf(task.form ?? '');
  const form = useForm(name, version);
  const draft = useServerDraft<FormDraft>(`task.${task.task.toLowerCase().replaceAll('/', '.')}`, EMPTY_DRAFT);
  const command = useRequestCommand();
  const intent = useIntent();
  const [outcome, setOutcome] = useState<string | undefined>();
  const { comment } = draft.values;
  const send = (data: object, attachments: readonly string[]) => {
    if (command.isPending) return;
    const said = comment.trim() === '' ? {} : { comment: comment.trim() };
    const body = { task: task.task, data, attachments, ...said, ...(outcome === undefined ? {} : { outcome }) };
    command.mutate(
      { id: request.id, op: 'complete-task', body, key: intent.key(body) },
      {
        onSuccess: () => {
          draft.clear();
          void notice.success(t('request.taskDone'));
          onClose();
        },
      },
    );
  };
  const after = (
    <Form component={false} layout="vertical" requiredMark="optional">
      {task.outcomes.length > 0 && (
        <Form.Item label={t('request.outcome')} required>
          <Radio.Group
            className="stacked"
            value={outcome}
            onChange={(e) => setOutcome(e.target.value as string)}
            options={task.outcomes.map((o) => ({ value: o.name, label: o.title[language] }))}
          />
        </Form.Item>
      )}
      <Form.Item label={t('request.comment')} htmlFor="task-comment">
        <Input.TextArea
          id="task-comment"
          autoSize={{ minRows: 2, maxRows: 10 }}
          maxLength={4000}
          value={comment}
          onChange={(e) => draft.save({ comment: e.target.value })}
        />
      </Form.Item>
    </Form>
  );
  return (
    <Drawer open size={720} title={`${task.title[language]} · ${request.id}`} onClose={onClose}>
      {form.isPending && <Skeleton active />}
      {form.isError && <ProblemAlert error={form.error} onRetry={() => void form.refetch()} />}
      {form.data !== undefined && (
        <FormSheet
          schema={form.data.schema}
          draft={draft}
          error={command.error}
          sending={command.isPending}
          submit={t('requestOp.complete-task')}
          onSend={send}
          onChange={() => command.isError && command.reset()}
          after={after}
        />
      )}
    </Drawer>
  );
}
