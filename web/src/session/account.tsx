import { Button, Descriptions, Segmented, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import { OwnAbsences } from '../organisation/own-absences';
import { LANGUAGES, languagePreference, THEMES, themePreference, useThemeChoice } from '../theme/preferences';
import { useViewer } from '../time/viewer';
import { ChangePassword } from './password';
import { Profile } from './profile';
import { roleName } from './roles';
import { useSession, useSignOut } from './session';

/** Who I am here, how I read the screens, and the way out. */
export function Account() {
  const { t } = useTranslation();
  const viewer = useViewer();
  const session = useSession().data;
  const signOut = useSignOut();
  const theme = useThemeChoice();
  if (!session) return null;
  return (
    <div className="narrow">
      <title>{`${t('place.account')} · Continuo`}</title>
      <h1>{t('place.account')}</h1>
      <Descriptions
        column={1}
        bordered
        size="small"
        items={[
          { key: 'login', label: t('field.login'), children: session.login },
          { key: 'tenant', label: t('field.tenant'), children: session.tenantId },
          {
            key: 'roles',
            label: t('account.roles'),
            children: session.roles.map((r) => <Tag key={r}>{roleName(r, viewer.language)}</Tag>),
          },
          {
            key: 'language',
            label: t('account.language'),
            children: (
              <Segmented
                value={viewer.language}
                options={LANGUAGES.map((l) => ({ value: l, label: l === 'en' ? 'English' : '中文' }))}
                onChange={languagePreference.set}
              />
            ),
          },
          {
            key: 'theme',
            label: t('account.theme'),
            children: (
              <Segmented
                value={theme}
                options={THEMES.map((v) => ({ value: v, label: t(`theme.${v}`) }))}
                onChange={themePreference.set}
              />
            ),
          },
        ]}
      />
      <h2>{t('account.profile')}</h2>
      <Profile />
      <h2>{t('organisation.ownTitle')}</h2>
      <OwnAbsences />
      <h2>{t('field.password')}</h2>
      <ChangePassword />
      {signOut.isError && <ProblemAlert error={signOut.error} />}
      <p className="way-out">
        <Button danger onClick={() => signOut.mutate()} loading={signOut.isPending}>
          {t('account.signOut')}
        </Button>
      </p>
    </div>
  );
}
