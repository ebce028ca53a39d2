import { Spin } from 'antd';
import { useTranslation } from 'react-i18next';

/** A place on its way. */
export function Loading() {
  const { t } = useTranslation();
  return (
    <div className="loading" role="status" aria-label={t('shell.loading')}>
      <Spin delay={200} />
    </div>
  );
}
