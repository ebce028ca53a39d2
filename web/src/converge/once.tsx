import { Alert, Button, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface ShownOnceProps {
  title: string;
  /** What is shown, to be copied. */
  children: ReactNode;
  onKept: () => void;
}

/** A secret that cannot be shown again: it goes away only by saying that it is kept. */
export function ShownOnce({ title, children, onKept }: ShownOnceProps) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={title}
      width={720}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      footer={
        <Button type="primary" onClick={onKept}>
          {t('once.kept')}
        </Button>
      }
    >
      <Alert type="warning" showIcon title={t('once.title')} description={t('once.help')} />
      <div className="once">{children}</div>
    </Modal>
  );
}
