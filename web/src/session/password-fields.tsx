import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

/** Shortest password the form lets through; the API has the last word. */
const SHORTEST = 12;

/** A new password, twice: `password` and `again`. */
export function NewPasswordFields() {
  const { t } = useTranslation();
  const required = { required: true, message: t('form.required') };
  return (
    <>
      <Form.Item
        name="password"
        label={t('account.newPassword')}
        extra={t('setup.passwordHelp', { count: SHORTEST })}
        rules={[required, { min: SHORTEST, message: t('form.tooShort', { count: SHORTEST }) }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('field.passwordAgain')}
        dependencies={['password']}
        rules={[
          required,
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              value === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t('form.notSame'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
