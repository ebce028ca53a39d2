import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';

const KEYS = [
  ['j', 'next'],
  ['k', 'previous'],
  ['Enter', 'open'],
  ['x', 'select'],
  ['a', 'acknowledge'],
  ['c', 'claim'],
  ['/', 'search'],
  ['r', 'refresh'],
  ['?', 'help'],
] as const;

/** On the page of a case, where nothing else is selected. */
const CASE_KEYS = [
  ['a', 'acknowledge'],
  ['c', 'claim'],
  ['n', 'note'],
  ['r', 'resolve'],
  ['t', 'transfer'],
] as const;

/** What the keyboard can do here. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal title={t('keys.title')} open onCancel={onClose} footer={null} width={400}>
      <dl className="keys">
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`keys.${does}`)}</dd>
          </div>
        ))}
      </dl>
      <h3>{t('caseKeys.title')}</h3>
      <dl className="keys">
        {CASE_KEYS.map(([key, op]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`op.${op}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
