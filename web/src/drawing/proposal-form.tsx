import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { RecordDrawer, type Sending } from '../form/record-drawer';
import { type NewProposal, usePropose } from './proposal-queries';

type Files = NewProposal['files'];
interface Values {
  files: Files;
  note: string;
}

const textsOf = (list: FileList | null): Promise<Files> =>
  Promise.all([...(list ?? [])].map(async (file) => ({ path: file.name, text: await file.text() })));

/** Files of the reader's machine, read as text. */
function FilesField({ id, value, onChange }: { id?: string; value?: Files; onChange?: (files: Files) => void }) {
  return (
    <>
      <input
        id={id}
        type="file"
        multiple
        accept=".yaml,.yml"
        onChange={(e) => void textsOf(e.target.files).then((files) => onChange?.(files))}
      />
      {value && value.length > 0 && <p className="quiet">{value.map((f) => f.path).join(', ')}</p>}
    </>
  );
}

/** Proposes definition files; what is wrong with them is told with file and line. */
export function ProposalForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const [form] = Form.useForm<Values>();
  const propose = usePropose();
  const send = ({ files, note }: Values, { key, onError }: Sending) =>
    propose.mutate(
      { body: { files, note }, key },
      { onError, onSuccess: ({ id }) => void go(`/administration/definition-proposals/${id}`) },
    );
  const labels: Record<string, string> = { files: t('drawing.files'), note: t('drawing.note') };
  return (
    <RecordDrawer
      form={form}
      title={t('drawing.propose')}
      width={560}
      start={{ files: [] }}
      attempts={[propose]}
      submit={t('drawing.send')}
      onSend={send}
      onClose={onClose}
      fieldOf={(path) => path.split('.').slice(1, 2)}
      labelOf={(name) => labels[name] ?? name}
    >
      <Form.Item
        name="files"
        label={t('drawing.files')}
        rules={[{ required: true, type: 'array', min: 1, message: t('drawing.noFiles') }]}
      >
        <FilesField />
      </Form.Item>
      <Form.Item
        name="note"
        label={t('drawing.note')}
        rules={[{ required: true, whitespace: true, message: t('drawing.noteMissing') }]}
      >
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
    </RecordDrawer>
  );
}
