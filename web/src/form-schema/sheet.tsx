import { Button, Form } from 'antd';
import { type FormEvent, type ReactNode, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServerDraft } from '../form/server-draft';
import { useViewer } from '../time/viewer';
import { Files } from './attachments-widget';
import type { FormContext } from './context';
import type { FormDraft } from './draft';
import { DraftState } from './draft-state';
import { FaultSummary, useFormFaults } from './faults';
import { SchemaForm } from './form';
import type { Data, FormSchema } from './schema';
import { SectionSteps } from './steps';

interface SheetProps {
  schema: FormSchema;
  draft: ServerDraft<FormDraft>;
  /** What the server has answered to the last attempt. */
  error: unknown;
  sending: boolean;
  /** Word on the button. */
  submit: string;
  onSend: (data: Data, attachments: readonly string[]) => void;
  onChange: () => void;
  /** Asked above the form, and below it. */
  before?: ReactNode;
  /** Whether files beside the fields may be added; yes unless said otherwise. */
  extraFiles?: boolean;
  after?: ReactNode;
}

/** Ids of files in fields of a form, however deep. */
function filesIn(schema: FormSchema, data: unknown, known: ReadonlySet<string>): string[] {
  if (typeof data === 'string') return known.has(data) ? [data] : [];
  if (Array.isArray(data)) return data.flatMap((v) => filesIn(schema, v, known));
  return typeof data === 'object' && data !== null ? Object.values(data).flatMap((v) => filesIn(schema, v, known)) : [];
}

/** Whether the form has a place of its own for files. */
const asksForFiles = (schema: FormSchema): boolean => JSON.stringify(schema).includes('"x-widget":"attachments"');

/** Which fields are uploading. */
function useBusy(): [boolean, FormContext['onBusy']] {
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const tell = (field: string, is: boolean) =>
    setBusy((now) => {
      if (now.has(field) === is) return now;
      const next = new Set(now);
      if (is) next.add(field);
      else next.delete(field);
      return next;
    });
  return [busy.size > 0, tell];
}

/** A form to be filled in and sent: its sections as steps on one page, what is wrong summed up on top, kept as one types. */
export function FormSheet(props: SheetProps) {
  const { schema, draft, error, sending, submit, onSend, onChange, before, after, extraFiles = true } = props;
  const { t } = useTranslation();
  const { language } = useViewer();
  const { data, files, attached } = draft.values;
  const [uploading, onBusy] = useBusy();
  const { faults, open, attempt } = useFormFaults(schema, data, error);
  const top = useRef<HTMLDivElement>(null);
  const loading = draft.state === 'loading';
  const context: FormContext = { files, onFiles: (list) => draft.save({ files: [...list] }), onBusy };
  const general = useMemo(() => extraFiles && !asksForFiles(schema), [schema, extraFiles]);
  const [tries, setTries] = useState(0);
  const wrong = faults.length > 0 || Boolean(error);
  const show = useEffectEvent(() => {
    if (!wrong) return;
    top.current?.focus({ preventScroll: true });
    top.current?.scrollIntoView({ block: 'start' });
  });
  // What is refused is read first, whoever refuses it.
  useEffect(() => {
    if (tries > 0) show();
  }, [tries, error]);
  const send = (e: FormEvent) => {
    e.preventDefault();
    if (sending || uploading || loading) return;
    const tidied = attempt();
    setTries(tries + 1);
    if (tidied === null) return;
    const known = new Set(files.map((f) => f.id));
    onSend(tidied, [...new Set([...attached, ...filesIn(schema, tidied, known)])]);
  };
  const change = (values: Data) => {
    draft.save({ data: values });
    onChange();
  };
  return (
    <form onSubmit={send} noValidate className="form-sheet" aria-busy={loading} lang={language}>
      <div ref={top} className="form-top" tabIndex={-1}>
        <FaultSummary schema={schema} data={data} faults={faults} error={error} />
      </div>
      <SectionSteps schema={schema} data={data} open={open} faults={faults} />
      {before}
      <SchemaForm schema={schema} data={data} onChange={change} faults={faults} context={context} disabled={loading} />
      {general && (
        <Form component={false} layout="vertical" requiredMark="optional">
          <Form.Item label={t('schemaForm.files')} extra={t('schemaForm.filesHelp')}>
            <Files
              field="attached"
              value={attached}
              onChange={(ids) => draft.save({ attached: ids })}
              context={context}
            />
          </Form.Item>
        </Form>
      )}
      {after}
      <div className="form-foot form-sheet-foot">
        <Button type="primary" htmlType="submit" loading={sending} disabled={loading || uploading}>
          {submit}
        </Button>
        <DraftState draft={draft} />
      </div>
    </form>
  );
}
