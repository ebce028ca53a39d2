import { Button, Checkbox, Form, Input, InputNumber, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { duration } from '../time/format';
import { serverNow } from '../time/now';
import { useViewer } from '../time/viewer';
import { instantOf, localOf } from '../time/zone';
import { DAYS, durationOf } from './recurrence';
import { dayName, recurrenceWords } from './recurrence-words';
import { ruleOf, type SilenceValues } from './silence-form';

const HOUR = 3_600_000;
const QUICK_HOURS = [1, 2, 4, 8, 24, 168];
const REPEATS = ['daily', 'weekly', 'monthlyDay', 'monthlyNth', 'rrule'] as const;
const NTHS = [1, 2, 3, 4, -1] as const;
/** Longest window, minutes: 31 days. */
const LONGEST = 44_640;

type Getter = { getFieldValue: (name: string) => unknown };

/** The end lies behind the beginning and in the future. */
function useEndRule(name: 'to' | 'until') {
  const { t } = useTranslation();
  return ({ getFieldValue }: Getter) => ({
    validator: (_: unknown, value?: string) => {
      if (!value) return Promise.resolve();
      const zone = String(getFieldValue('zone'));
      const from = instantOf(String(getFieldValue(name === 'to' ? 'from' : 'start')), zone) ?? 0;
      const at = instantOf(value, zone) ?? 0;
      if (at <= serverNow()) return Promise.reject(new Error(t('silence.past')));
      return at > from ? Promise.resolve() : Promise.reject(new Error(t('silence.backwards')));
    },
  });
}

function OnceFields({ values }: { values: SilenceValues }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const form = Form.useFormInstance<SilenceValues>();
  const endRule = useEndRule('to');
  const choose = (hours: number) => {
    const from = instantOf(values.from, values.zone) ?? serverNow();
    form.setFieldValue('to', localOf(from + hours * HOUR, values.zone));
    void form.validateFields(['to']).catch(() => undefined);
  };
  return (
    <>
      <div className="pair">
        <Form.Item name="from" label={t('silence.from', { zone: values.zone })} extra={t('silence.fromHelp')}>
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item
          name="to"
          label={t('silence.to', { zone: values.zone })}
          dependencies={['from']}
          rules={[{ required: true, message: t('form.required') }, endRule]}
        >
          <Input type="datetime-local" />
        </Form.Item>
      </div>
      <div className="quick-lengths">
        <span className="quiet">{t('silence.length')}</span>
        {QUICK_HOURS.map((hours) => (
          <Button key={hours} size="small" onClick={() => choose(hours)}>
            {duration(hours * 3600, language)}
          </Button>
        ))}
      </div>
    </>
  );
}

/** The fields of one way to repeat. */
function RepeatFields({ repeat }: { repeat: SilenceValues['repeat'] }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const days = DAYS.map((value) => ({ value, label: dayName(value, viewer) }));
  switch (repeat) {
    case 'daily':
      return null;
    case 'weekly':
      return (
        <Form.Item name="days" label={t('silence.days')} rules={[{ required: true, message: t('form.required') }]}>
          <Checkbox.Group options={days} />
        </Form.Item>
      );
    case 'monthlyDay':
      return (
        <Form.Item required name="monthDay" label={t('silence.monthDay')} extra={t('silence.monthDayHelp')}>
          <InputNumber min={1} max={31} precision={0} />
        </Form.Item>
      );
    case 'monthlyNth':
      return (
        <div className="pair">
          <Form.Item required name="nth" label={t('silence.nth')}>
            <Select options={NTHS.map((value) => ({ value, label: t(`repeats.nth_${value}`) }))} />
          </Form.Item>
          <Form.Item required name="day" label={t('silence.day')}>
            <Select options={DAYS.map((value) => ({ value, label: dayName(value, viewer, 'long') }))} />
          </Form.Item>
        </div>
      );
    case 'rrule':
      return (
        <Form.Item
          name="rrule"
          label="RRULE"
          extra={t('silence.rruleHelp')}
          rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <Input className="mono" />
        </Form.Item>
      );
  }
}

const zones = Intl.supportedValuesOf('timeZone');

function RecurringFields({ values }: { values: SilenceValues }) {
  const { t } = useTranslation();
  const viewer = useViewer();
  const endRule = useEndRule('until');
  const counted = values.repeat === 'daily' ? 'days' : values.repeat === 'weekly' ? 'weeks' : 'months';
  const words = recurrenceWords(
    { rrule: ruleOf(values), start: values.start, duration: durationOf(values.minutes || 0), zone: values.zone },
    t,
    viewer,
  );
  return (
    <>
      <div className="pair">
        <Form.Item name="start" label={t('silence.start')} rules={[{ required: true, message: t('form.required') }]}>
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item
          name="minutes"
          label={t('silence.minutes')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <InputNumber min={1} max={LONGEST} precision={0} />
        </Form.Item>
      </div>
      <div className="pair">
        <Form.Item required name="repeat" label={t('silence.repeat')}>
          <Select options={REPEATS.map((value) => ({ value, label: t(`silence.repeat_${value}`) }))} />
        </Form.Item>
        {values.repeat !== 'rrule' && (
          <Form.Item required name="interval" label={t(`silence.every_${counted}`)}>
            <InputNumber min={1} max={99} precision={0} />
          </Form.Item>
        )}
      </div>
      <RepeatFields repeat={values.repeat} />
      <div className="pair">
        <Form.Item required name="zone" label={t('silence.zone')} extra={t('silence.zoneHelp')}>
          <Select showSearch options={zones.map((value) => ({ value }))} />
        </Form.Item>
        <Form.Item
          name="until"
          label={t('silence.until')}
          extra={t('silence.untilHelp')}
          dependencies={['start', 'zone']}
          rules={[endRule]}
        >
          <Input type="datetime-local" />
        </Form.Item>
      </div>
      <p className="summary" role="status">
        ↻ {words}
      </p>
    </>
  );
}

/** When it holds: once, or in windows that come again. */
export function ScheduleFields({ values }: { values: SilenceValues }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item required name="schedule" label={t('silence.schedule')}>
        <Radio.Group
          optionType="button"
          options={(['once', 'recurring'] as const).map((value) => ({ value, label: t(`silence.schedule_${value}`) }))}
        />
      </Form.Item>
      {values.schedule === 'once' ? <OnceFields values={values} /> : <RecurringFields values={values} />}
      <Form.Item name="zone" hidden>
        <Input />
      </Form.Item>
    </>
  );
}
