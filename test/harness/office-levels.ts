import type { Policy } from './checker-fold';
import { officeHours } from './office-hours';
import { copyOf, publish } from './publish';
import type { VirtualPlatform } from './virtual-time';

/** Silence until each level while the office is open; the third tells the leader. */
const SILENCE = ['PT0S', 'PT15M', 'PT25M', 'PT45M', 'PT60M'];
/** The same once more, for the checker. */
const LEVELS: Policy['levels'] = [
  [1, 0, null],
  [2, 15, 0.5],
  [3, 25, 0.75],
  [4, 45, 0.9],
  [5, 60, 1],
];

/** Publishes the service `portal`, whose cases escalate more slowly while 5x8 is open, and tells the checker so. */
export async function publishOfficeLevels(platform: VirtualPlatform): Promise<void> {
  await publish(platform, (shipped) => {
    const policy = copyOf(shipped, 'escalation-policy', 'incident-default');
    const levels = policy.levels.map((l, i) => {
      const when = l.when.map((w) => ('silence' in w ? { silence: SILENCE[i] ?? '' } : w));
      return { ...l, when, ...(l.level === 3 ? { notify: ['role(leader)'] } : {}) };
    });
    const service = copyOf(shipped, 'service', 'cloud-platform');
    const timeRanges = [{ calendar: '5x8', escalation: 'office' }];
    return [
      { ...policy, name: 'office', levels, tests: [{ silent: 'PT25M', level: 3 }] },
      { ...service, name: 'portal', incident: { ...service.incident, timeRanges } },
    ];
  });
  platform.policies = [{ service: 'portal', levels: LEVELS, open: officeHours(await platform.now(), 40) }];
}
