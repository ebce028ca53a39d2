import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { AutoComplete, Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { MATCHER_OPS, type Matcher, META_LABELS } from '../../../domain/alert-matcher';
import { matcherProblem } from './silence-form';

/** Labels that nearly every sender has; any other can be typed. */
const COMMON = ['alertname', 'instance', 'host', 'job', 'severity', 'cluster', 'service', ...META_LABELS];

/** Checks one part of a row as it is typed. */
function useRule(part: 'label' | 'value') {
  const { t } = useTranslation();
  return (row: number) =>
    ({ getFieldValue }: { getFieldValue: (name: (string | number)[]) => unknown }) => ({
      validator: () => {
        const matcher = getFieldValue(['matchers', row]) as Partial<Matcher> | undefined;
        const problem = matcherProblem(part, matcher ?? {});
        if (problem === null) return Promise.resolve();
        return Promise.reject(new Error(problem === 'required' ? t('form.required') : t(`silence.${problem}`)));
      },
    });
}

/** Conditions on labels; all of them must hold. */
export function MatcherFields() {
  const { t } = useTranslation();
  const labelRule = useRule('label');
  const valueRule = useRule('value');
  const ops = MATCHER_OPS.map((value) => ({ value, label: value, title: t(`silence.op_${value}`) }));
  return (
    <fieldset className="matchers">
      <legend>{t('silence.matchers')}</legend>
      <p className="quiet">{t('silence.matchersHelp')}</p>
      <Form.List name="matchers">
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name }) => (
              <div className="matcher" key={key}>
                <Form.Item name={[name, 'label']} rules={[labelRule(name)]} validateTrigger="onBlur">
                  <AutoComplete
                    aria-label={t('silence.matcherLabel', { n: name + 1 })}
                    placeholder="alertname"
                    options={COMMON.map((value) => ({ value }))}
                    showSearch={{ filterOption: true }}
                  />
                </Form.Item>
                <Form.Item name={[name, 'op']}>
                  <Select aria-label={t('silence.matcherOp', { n: name + 1 })} options={ops} />
                </Form.Item>
                <Form.Item
                  name={[name, 'value']}
                  rules={[valueRule(name)]}
                  dependencies={[['matchers', name, 'op']]}
                  validateTrigger="onBlur"
                >
                  <Input aria-label={t('silence.matcherValue', { n: name + 1 })} />
                </Form.Item>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  disabled={fields.length === 1}
                  aria-label={t('silence.removeMatcher', { n: name + 1 })}
                  onClick={() => remove(name)}
                />
              </div>
            ))}
            <Button type="dashed" icon={<PlusOutlined />} onClick={() => add({ label: '', op: '=', value: '' })}>
              {t('silence.addMatcher')}
            </Button>
          </>
        )}
      </Form.List>
    </fieldset>
  );
}
