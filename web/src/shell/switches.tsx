import { DesktopOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { languagePreference, THEMES, themePreference, useThemeChoice } from '../theme/preferences';
import { useViewer } from '../time/viewer';

/** The other language, named in itself. */
export function LanguageSwitch() {
  const { language } = useViewer();
  const other = language === 'en' ? 'zh-CN' : 'en';
  return (
    <Button type="text" className="language-switch" lang={other} onClick={() => languagePreference.set(other)}>
      {other === 'en' ? 'English' : '中文'}
    </Button>
  );
}

const ICONS = { system: <DesktopOutlined />, light: <SunOutlined />, dark: <MoonOutlined /> };

/** System, light, dark in turn. */
export function ThemeSwitch() {
  const { t } = useTranslation();
  const choice = useThemeChoice();
  const next = THEMES[(THEMES.indexOf(choice) + 1) % THEMES.length] ?? 'system';
  const label = t('theme.switch', { now: t(`theme.${choice}`), next: t(`theme.${next}`) });
  return (
    <Button
      type="text"
      icon={ICONS[choice]}
      aria-label={label}
      title={label}
      onClick={() => themePreference.set(next)}
    />
  );
}
