import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useServices } from '../reference/queries';
import { useViewer } from '../time/viewer';

/** One of the services there are, in the field `service`. */
export function ServiceField({ help }: { help?: string }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const services = useServices();
  return (
    <Form.Item
      name="service"
      label={t('field.service')}
      extra={help}
      rules={[{ required: true, message: t('form.required') }]}
    >
      <Select
        loading={services.isPending}
        showSearch={{ optionFilterProp: 'label' }}
        options={services.data?.items.map((s) => ({ value: s.id, label: s.name[language] }))}
      />
    </Form.Item>
  );
}
