import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u;

/** Name of something that reports to us: alerts and pages show it. */
export function NameField({ help, example }: { help: string; example: string }) {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="name"
      label={t('source.name')}
      extra={help}
      rules={[
        { required: true, message: t('form.required') },
        { pattern: NAME, message: t('source.nameWrong') },
      ]}
    >
      <Input autoFocus placeholder={example} />
    </Form.Item>
  );
}
