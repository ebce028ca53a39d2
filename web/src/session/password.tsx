import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { fieldErrors, ProblemAlert } from '../form/problem-alert';
import { useNotice } from '../shell/notice';
import { NewPasswordFields } from './password-fields';
import { useChangeMe } from './session';

interface Values {
  current: string;
  password: string;
}
type FieldData = Parameters<ReturnType<typeof Form.useForm<Values>>[0]['setFields']>[0];

/** The API names the fields of the change, the form its own. */
const FIELDS: Record<string, string> = { 'password.current': 'current', 'password.next': 'password' };

/** Changes one's password; it ends all other sessions. */
export function ChangePassword() {
  const { t } = useTranslation();
  const message = useNotice();
  const change = useChangeMe();
  const [form] = Form.useForm<Values>();
  const save = ({ current, password }: Values) =>
    change.mutate(
      { password: { current, next: password } },
      {
        onSuccess: () => {
          form.resetFields();
          void message.success(t('account.passwordChanged'));
        },
        onError: (e) => {
          const errors = fieldErrors(asProblem(e)).map((f) => ({ ...f, name: FIELDS[f.name.join('.')] ?? f.name }));
          form.setFields(errors as FieldData);
        },
      },
    );
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={save}>
      {change.isError && asProblem(change.error).errors.length === 0 && <ProblemAlert error={change.error} />}
      <Form.Item name="current" label={t('account.current')} rules={[{ required: true, message: t('form.required') }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <NewPasswordFields />
      <Button htmlType="submit" loading={change.isPending}>
        {t('account.changePassword')}
      </Button>
    </Form>
  );
}
