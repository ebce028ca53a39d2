import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Impact, Urgency } from '../../../domain/incident-plan';
import { RecordDrawer, type Sending } from '../form/record-drawer';
import { ServiceField } from '../form/service-field';
import { NameField } from './name-field';
import { SENDER_KINDS, type SenderKind } from './snippets';
import { type IntakeSource, useChangeSource, useCreateSource } from './source-queries';

interface Word {
  word: string;
  impact: Impact;
  urgency: Urgency;
}
interface SourceValues {
  name: string;
  kind: SenderKind;
  service: string;
  severityLabel: string;
  words: Word[];
}

const LEVELS = ['high', 'medium', 'low'] as const;

const valuesOf = (s: IntakeSource | null): Partial<SourceValues> =>
  s === null
    ? { kind: 'alertmanager', severityLabel: 'severity', words: [] }
    : { ...s, kind: s.kind as SenderKind, words: Object.entries(s.severityMap).map(([word, m]) => ({ word, ...m })) };

/** Path of the API → field; the words of severities are rows here and names there. */
function fieldOf(path: string): string[] {
  const [first = ''] = path.replace(/^body\./, '').split('.');
  return [first === 'severityMap' ? 'words' : first];
}

function Words() {
  const { t } = useTranslation();
  const levels = LEVELS.map((value) => ({ value, label: t(`level.${value}`) }));
  return (
    <fieldset className="matchers">
      <legend>{t('source.words')}</legend>
      <p className="quiet">{t('source.wordsHelp')}</p>
      <Form.List name="words">
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name }) => (
              <div className="matcher word" key={key}>
                <Form.Item
                  name={[name, 'word']}
                  rules={[{ required: true, whitespace: true, message: t('form.required') }]}
                >
                  <Input placeholder="warning" aria-label={t('source.word', { n: name + 1 })} />
                </Form.Item>
                {(['impact', 'urgency'] as const).map((part) => (
                  <Form.Item key={part} name={[name, part]} rules={[{ required: true, message: t('form.required') }]}>
                    <Select
                      options={levels}
                      placeholder={t(`field.${part}`)}
                      aria-label={`${t(`field.${part}`)} ${name + 1}`}
                    />
                  </Form.Item>
                ))}
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t('source.removeWord', { n: name + 1 })}
                  onClick={() => remove(name)}
                />
              </div>
            ))}
            <Button type="dashed" icon={<PlusOutlined />} onClick={() => add({})}>
              {t('source.addWord')}
            </Button>
          </>
        )}
      </Form.List>
    </fieldset>
  );
}

function KindField({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation();
  return (
    <Form.Item required name="kind" label={t('source.kind')} extra={disabled ? t('source.kindFixed') : undefined}>
      <Radio.Group
        className="stacked"
        disabled={disabled}
        options={SENDER_KINDS.map((value) => ({
          value,
          label: (
            <>
              <b>{t(`source.kind_${value}`)}</b> <span className="quiet">{t(`source.kindHelp_${value}`)}</span>
            </>
          ),
        }))}
      />
    </Form.Item>
  );
}

function Fields({ changing }: { changing: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <NameField help={t('source.nameHelp')} example="prometheus-dc1" />
      <KindField disabled={changing} />
      <ServiceField help={t('source.serviceHelp')} />
      <Form.Item
        name="severityLabel"
        label={t('source.severityLabel')}
        extra={t('source.severityLabelHelp')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input className="mono" />
      </Form.Item>
      <Words />
    </>
  );
}

interface SourceFormProps {
  /** Null for a new one. */
  source: IntakeSource | null;
  onClose: () => void;
  /** A new source and its token, to be shown once. */
  onMade: (made: { source: IntakeSource; token: string }) => void;
}

/** Connects a sender, or changes how its pushes are read. */
export function SourceForm({ source, onClose, onMade }: SourceFormProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<SourceValues>();
  const create = useCreateSource();
  const change = useChangeSource();
  const send = ({ words, kind, ...rest }: SourceValues, { key, onError }: Sending) => {
    const severityMap = Object.fromEntries(words.map(({ word, ...meaning }) => [word.trim(), meaning]));
    const body = { ...rest, severityMap };
    if (source === null) create.mutate({ body: { ...body, kind }, key }, { onSuccess: onMade, onError });
    else change.mutate({ id: source.id, body }, { onSuccess: onClose, onError });
  };
  const label = (name: string, row: number | null) => {
    if (row !== null) return `${t('source.words')} ${row}`;
    return name === 'service' ? t('field.service') : t(`source.${name as 'name'}`, { defaultValue: name });
  };
  return (
    <RecordDrawer
      form={form}
      title={source === null ? t('source.new') : t('source.change', { name: source.name })}
      width={560}
      start={valuesOf(source)}
      attempts={[create, change]}
      submit={t(source === null ? 'source.create' : 'account.save')}
      onSend={send}
      onClose={onClose}
      fieldOf={fieldOf}
      labelOf={label}
    >
      <Fields changing={source !== null} />
    </RecordDrawer>
  );
}
