import type { ApiClient } from './api-client';
import type { PlatformUnderTest } from './platform-under-test';

/** One person for every target of the shipped escalation policy. */
export interface Team {
  /** Primary on call: level 1. */
  engineer: ApiClient;
  /** Secondary on call: level 2. */
  technician: ApiClient;
  /** Level 3. */
  manager: ApiClient;
  /** Of the service: level 4. */
  owner: ApiClient;
  /** Level 5, and told at once of I and II. */
  leader: ApiClient;
  requester: ApiClient;
}

/** Sets the team up through the API. */
export async function setUpTeam(platform: PlatformUnderTest): Promise<Team> {
  const person = (login: string, role: string) => platform.person({ login, roles: [role] });
  return {
    engineer: await person('engineer', 'oncall-engineer'),
    technician: await person('technician', 'maintenance-technician'),
    manager: await person('manager', 'maintenance-manager'),
    owner: await person('owner', 'service-owner'),
    leader: await person('leader', 'leader'),
    requester: await person('requester', 'requester'),
  };
}
