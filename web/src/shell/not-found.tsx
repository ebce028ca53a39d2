import { Button, Result } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Result
      title={t('shell.notFound')}
      subTitle={t('shell.notFoundHelp')}
      extra={
        <Link to="/incidents">
          <Button type="primary">{t('shell.toIncidents')}</Button>
        </Link>
      }
    />
  );
}
