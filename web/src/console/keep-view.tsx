import { Checkbox, Form, Input, Modal, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { fieldErrors, ProblemAlert } from '../form/problem-alert';
import type { IncidentFilter } from '../incident/filter';
import { useMay } from '../session/session';
import { type SavedView, useChangeView, useKeepView } from './queries';

interface Values {
  name?: string;
  shared?: boolean;
  /** Id of the view to be overwritten; '' = a new one. */
  into: string;
}

/** Keeps what is on the screen as a view: a new one, or in the place of one that is there. */
export function KeepDialog({
  filter,
  changeable,
  onClose,
}: {
  filter: IncidentFilter;
  changeable: SavedView[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const [form] = Form.useForm<Values>();
  const into = Form.useWatch('into', form) ?? '';
  const keep = useKeepView();
  const change = useChangeView();
  const error = keep.error ?? change.error;
  const done = {
    onSuccess: onClose,
    onError: (e: unknown) => form.setFields(fieldErrors(asProblem(e)) as Parameters<typeof form.setFields>[0]),
  };
  const send = ({ name = '', shared = false }: Values) => {
    const view = changeable.find((v) => v.id === into);
    if (view) change.mutate({ view, filter }, done);
    else keep.mutate({ name: name.trim(), shared, filter }, done);
  };
  const options = [
    { value: '', label: t('view.newOne') },
    ...changeable.map((v) => ({ value: v.id, label: v.shared ? t('view.sharedName', { name: v.name }) : v.name })),
  ];
  return (
    <Modal
      open
      title={t('view.keepTitle')}
      okText={t('view.keepIt')}
      onOk={() => form.submit()}
      okButtonProps={{ loading: keep.isPending || change.isPending }}
      onCancel={onClose}
    >
      {error !== null && <ProblemAlert error={error} />}
      <Form form={form} layout="vertical" requiredMark="optional" initialValues={{ into: '' }} onFinish={send}>
        {changeable.length > 0 && (
          <Form.Item name="into" label={t('view.into')}>
            <Select options={options} />
          </Form.Item>
        )}
        {into === '' && (
          <Form.Item
            name="name"
            label={t('view.name')}
            rules={[{ required: true, whitespace: true, message: t('form.required') }]}
          >
            <Input autoFocus maxLength={60} />
          </Form.Item>
        )}
        {into === '' && may('view:share') && (
          <Form.Item name="shared" valuePropName="checked" extra={t('view.shareHelp')}>
            <Checkbox>{t('view.share')}</Checkbox>
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
