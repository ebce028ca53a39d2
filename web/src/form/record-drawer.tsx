import { Button, Drawer, Form, type FormInstance } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { asProblem } from '../api/problem';
import { type FieldProblem, FormProblems } from './form-problems';
import { newKey } from './key';
import { messageOf } from './problem-alert';

/** A way of sending the form, as `useMutation` makes it. */
interface Attempt {
  isPending: boolean;
  error: unknown;
  reset: () => void;
}

/** What goes with the values. */
export interface Sending {
  /** Idempotency key of this intent: the same until the server says that it stands for other values. */
  key: string;
  /** Puts what the API refuses at its fields. */
  onError: (error: unknown) => void;
}

interface RecordDrawerProps<V extends object> {
  form: FormInstance<V>;
  title: string;
  /** Width, px. */
  width: number;
  start: Partial<V>;
  /** Creating and changing; one of them runs at a time. */
  attempts: readonly Attempt[];
  /** Word on the button. */
  submit: string;
  onSend: (values: V, sending: Sending) => void;
  onClose: () => void;
  /** Field an error of the API belongs to. */
  fieldOf: (path: string) => string[];
  /** Name of a field as the form shows it; `row` counts from 1 where there are several. */
  labelOf: (name: string, row: number | null) => string;
  children: ReactNode;
}

/** A form beside a list that makes one record or changes it: sent once, each refusal summed up on top and told at its field. */
export function RecordDrawer<V extends object>(props: RecordDrawerProps<V>) {
  const { form, title, width, start, attempts, submit, onSend, onClose, fieldOf, labelOf, children } = props;
  const [failed, setFailed] = useState<readonly FieldProblem[]>([]);
  const [key, setKey] = useState(newKey);
  const top = useRef<HTMLDivElement>(null);
  const tell = (problems: readonly FieldProblem[]) => {
    setFailed(problems);
    top.current?.scrollIntoView({ block: 'nearest' });
  };
  const busy = attempts.some((a) => a.isPending);
  const error = attempts.find((a) => a.error !== null)?.error;
  const onError = (e: unknown) => {
    const problem = asProblem(e);
    if (problem.code === 'IdempotencyKeyReused') setKey(newKey());
    const fields = problem.errors.map((x) => ({ name: fieldOf(x.path), errors: [messageOf(x)] }));
    form.setFields(fields as Parameters<typeof form.setFields>[0]);
    tell([]);
  };
  const send = (values: V) => {
    if (busy) return;
    setFailed([]);
    onSend(values, { key, onError });
  };
  return (
    <Drawer open size={width} title={title} onClose={onClose}>
      <div ref={top}>
        <FormProblems failed={failed} error={error} fieldOf={fieldOf} labelOf={labelOf} />
      </div>
      <Form
        form={form}
        layout="vertical"
        requiredMark="optional"
        initialValues={start}
        onFinish={send}
        onFinishFailed={({ errorFields }) => {
          for (const attempt of attempts) attempt.reset();
          tell(errorFields as FieldProblem[]);
        }}
      >
        {children}
        <div className="form-foot">
          <Button type="primary" htmlType="submit" loading={busy}>
            {submit}
          </Button>
        </div>
      </Form>
    </Drawer>
  );
}
