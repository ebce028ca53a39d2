import type { TFunction } from 'i18next';

/**
 * Why an automatic step failed, as the platform writes it (activities/request-action*.ts, activities/provisioning*.ts,
 * db/pool-reservation.ts, adapters/cmdb, domain/provisioner.ts). `said` is told by the same table; where nothing fits, the
 * words stay as they were said: by a target, or by the people who could not make it.
 */
const PATTERNS = [
  ['tooLateAfter', /^not done within its time; at last: (?<said>.+)$/s],
  ['tooLate', /^not done within its time$/],
  ['named', /^(?<said>.+) \(the target has named it (?<resource>.+)\)$/s],
  ['noPool', /^there is no pool "(?<pool>.+)"$/],
  ['poolLevel', /^pool (?<pool>\S+) is for tenants up to security level (?<most>\d+); \S+ is of level (?<level>\d+)$/],
  ['short', /^pool (?<pool>\S+): (?<short>\d+ \S+ wanted, -?\d+ free.*)$/],
  ['noUnit', /^pool (?<pool>\S+): there is no (?<unit>\S+) in it$/],
  ['noReservation', /^there is no reservation (?<id>[^\s.]+)\.?$/i],
  ['givenBack', /^Reservation (?<id>\S+) was given back\.$/],
  ['noRole', /^there is no role "(?<role>.+)"$/],
  ['noPerson', /^there is no active person (?<login>\S+)$/],
  ['nothingToHand', /^step (?<step>\S+) has nothing to hand over in confidence$/],
  ['noKey', /^CONTINUO_KEY is not set: /],
  ['noProvisioner', /^no provisioner "(?<name>.+)" is published$/],
  ['noDocument', /^no document "(?<document>.+)" can be made of a request/],
  ['documentFailed', /^(?:capability|opening) as (?<format>docx|pdf): (?<said>.+)$/s],
  ['noCi', /^There is no configuration item (?<ci>\S+) that you may see\.$/],
  ['ciRetired', /^(?<ci>\S+) is retired; restore an earlier revision to bring it back\.$/],
  ['ciChanged', /^(?<ci>\S+) was changed since by (?<by>\S+)(?: for \S+)? \(revision (?<revision>\d+)\); /],
  ['answered', /^the target answered (?<status>\d+); expected .+$/],
  ['targetSays', /^the target says: (?<said>.+)$/s],
  ['noJson', /^the answer is no JSON$/],
  ['nothingNamed', /^the answer names no resource at \S+$/],
] as const;

const UNITS = ['vcpu', 'memoryGb', 'storageGb'] as const;
const unitName = (unit: string, t: TFunction): string => {
  const known = UNITS.find((u) => u === unit);
  return known === undefined ? unit : t(`actionReason.unit.${known}`);
};

/** What is short of what: `8 vcpu wanted, 2 free; 16 memoryGb wanted, 0 free`. */
const shortages = (text: string, t: TFunction): string =>
  [...text.matchAll(/(\d+) (\S+) wanted, (-?\d+) free/g)]
    .map(([, wanted = '', unit = '', free = '']) =>
      t('actionReason.shortOf', { wanted, unit: unitName(unit, t), free }),
    )
    .join(t('actionReason.and'));

/** Tells in the viewer's language why an automatic step failed. */
export function actionReason(reason: string, t: TFunction): string {
  for (const [key, pattern] of PATTERNS) {
    const groups = pattern.exec(reason)?.groups;
    if (groups === undefined && !pattern.test(reason)) continue;
    const { said, short, unit, ...plain } = groups ?? {};
    return t(`actionReason.${key}`, {
      ...plain,
      said: said === undefined ? '' : actionReason(said, t),
      short: short === undefined ? '' : shortages(short, t),
      unit: unit === undefined ? '' : unitName(unit, t),
    });
  }
  return reason;
}
