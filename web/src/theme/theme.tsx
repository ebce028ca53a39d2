import { theme as antdTheme, ConfigProvider, type ThemeConfig } from 'antd';
import type { Locale } from 'antd/es/locale';
import { type ReactNode, useLayoutEffect } from 'react';
import { NoticeProvider } from '../shell/notice';
import { fontStack, MONO_STACK } from './fonts';
import { useDark, useStillness } from './preferences';
import { DARK, LIGHT, type Palette } from './tokens';

const kebab = (name: string) => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

/** The palette as custom properties, so that our few style sheets and antd draw from one source. */
function paint(palette: Palette, dark: boolean): void {
  const root = document.documentElement;
  for (const [name, value] of Object.entries(palette)) root.style.setProperty(`--${kebab(name)}`, value);
  root.style.setProperty('--font', fontStack());
  root.style.setProperty('--mono', MONO_STACK);
  root.style.colorScheme = dark ? 'dark' : 'light';
}

function themeOf(p: Palette, dark: boolean, still: boolean): ThemeConfig {
  return {
    algorithm: dark ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
    token: {
      colorPrimary: p.accent,
      colorInfo: p.accent,
      colorLink: p.accent,
      // Derived ones are too pale to be read under the pointer (WCAG 1.4.3).
      colorLinkHover: p.accent,
      colorLinkActive: p.accent,
      colorSuccess: p.ok,
      colorWarning: p.warn,
      colorError: p.bad,
      colorInfoBg: p.accentSoft,
      colorInfoBorder: p.accentSoft,
      colorSuccessBg: p.okSoft,
      colorSuccessBorder: p.okSoft,
      colorWarningBg: p.warnSoft,
      colorWarningBorder: p.warnSoft,
      colorErrorBg: p.badSoft,
      colorErrorBorder: p.badSoft,
      colorText: p.text,
      colorTextSecondary: p.muted,
      colorTextDescription: p.muted,
      colorTextPlaceholder: p.muted,
      colorTextLightSolid: p.onAccent,
      colorBgLayout: p.page,
      colorBgContainer: p.surface,
      colorBgElevated: p.surface,
      colorBorder: p.control,
      colorBorderSecondary: p.border,
      colorSplit: p.border,
      borderRadius: 4,
      fontSize: 14,
      fontFamily: fontStack(),
      fontFamilyCode: MONO_STACK,
      motionUnit: 0.06,
      motion: !still,
    },
    components: {
      Table: {
        headerBg: p.surface,
        headerColor: p.muted,
        rowHoverBg: p.raised,
        rowSelectedBg: p.accentSoft,
        rowSelectedHoverBg: p.accentSoft,
        cellPaddingBlockSM: 6,
        cellFontSizeSM: 14,
      },
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', dangerColor: p.onBad },
      Segmented: { trackBg: p.rest },
      Tooltip: { colorBgSpotlight: dark ? '#3a4756' : '#1b2430', colorTextLightSolid: '#ffffff' },
    },
  };
}

/** Our theme around antd: one accent, 8 px grid, light or dark as the viewer wants it. */
export function Theme({ locale, children }: { locale: Locale; children: ReactNode }) {
  const dark = useDark();
  const still = useStillness();
  const palette = dark ? DARK : LIGHT;
  useLayoutEffect(() => paint(palette, dark), [palette, dark]);
  return (
    <ConfigProvider theme={themeOf(palette, dark, still)} locale={locale} button={{ autoInsertSpace: false }}>
      <NoticeProvider>{children}</NoticeProvider>
    </ConfigProvider>
  );
}
