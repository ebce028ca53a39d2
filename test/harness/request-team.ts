import type { ApiClient } from './api-client';
import type { PlatformUnderTest } from './platform-under-test';
import { until } from './until';

/** Somebody for every role that decides on or works for the shipped requests. */
export interface RequestTeam {
  requester: ApiClient;
  /** His superior. */
  manager: ApiClient;
  operations: ApiClient;
  technician: ApiClient;
  maintenance: ApiClient;
  platform: ApiClient;
  leader: ApiClient;
  desk: ApiClient;
  /** What the requester asks for: for an application that is admitted. */
  application: typeof APPLICATION;
}

/** Sets the team up through the API; the requester's superior is `manager`. */
export async function setUpRequestTeam(platform: PlatformUnderTest): Promise<RequestTeam> {
  const person = (login: string, role: string) => platform.person({ login, roles: [role] });
  const team = {
    manager: await person('manager', 'customer-manager'),
    requester: await person('requester', 'requester'),
    operations: await person('operations', 'operations-manager'),
    technician: await person('technician', 'operations-technician'),
    maintenance: await person('maintenance', 'maintenance-manager'),
    platform: await person('platform', 'platform-project-manager'),
    leader: await person('leader', 'leader'),
    desk: await person('desk', 'service-desk-agent'),
  };
  await platform.reportsTo('requester', 'manager');
  return { ...team, application: await applicationFor(team.operations) };
}

/** Enters an application as its admission would have done. @param by may write configuration items */
export async function admitted(by: ApiClient): Promise<string> {
  const ci = { type: 'application-system', name: APPLICATION.basics.systemName, attributes: {} };
  return (await by.must<{ id: string }>('POST', '/api/v1/cis', ci)).id;
}

/** Content of an application for resources for something admitted. */
export async function applicationFor(by: ApiClient): Promise<typeof APPLICATION> {
  return { ...APPLICATION, basics: { ...APPLICATION.basics, application: await admitted(by) } };
}

/** What the tests read of a request; the whole answer is there at run time. */
export interface RequestCase {
  id: string;
  title: string;
  state: string;
  version: number;
  outcome: string | null;
  nextAt: string | null;
  content: { hash: string; revision: number };
  approvals: {
    step: string;
    visit: number;
    state: string;
    shown: string;
    approvers: { login: string; state: string; for: string | null }[];
  }[];
  tasks: { task: string; step: string | null; kind: string; assignee: string | null; candidates: string[] }[];
  children: { id: string; outcome: string | null }[];
  steps: { step: string; state: string; values: Record<string, unknown> }[];
  failures: { step: string; reason: string; task: string | null }[];
  waitingFor: { login: string | null; team: string | null; step: string }[];
  waiting: unknown[];
  stages: { name: string; state: string }[];
  clocks: { name: string; state: string; dueAt: string | null }[];
}

export const readRequest = (by: ApiClient, id: string): Promise<RequestCase> => by.get(`/api/v1/requests/${id}`);

/** Waits until a request is as a story wants it. */
export function whenRequest(
  by: ApiClient,
  id: string,
  what: string,
  holds: (r: RequestCase) => boolean,
): Promise<RequestCase> {
  return until(
    async () => {
      const r = await readRequest(by, id);
      return holds(r) ? r : null;
    },
    `${id}: ${what}`,
    90_000,
  );
}

/** Waits until somebody is asked in a step, then votes as he sees it. */
export async function vote(
  by: ApiClient,
  id: string,
  step: string,
  decision: 'approve' | 'reject' = 'approve',
): Promise<RequestCase> {
  const asked = await whenRequest(by, id, `${by.login} is asked in ${step}`, (r) =>
    r.approvals.some(
      (a) =>
        a.step === step &&
        a.state === 'running' &&
        a.approvers.some((x) => x.login === by.login && x.state === 'asked'),
    ),
  );
  const shown = asked.content.hash;
  const comment = decision === 'reject' ? { comment: 'not like this' } : {};
  return by.ordered(id, 'vote', { step, decision, shown, ...comment });
}

/** Content of the application for a small virtual machine that its form accepts; its CI has to be there: `applicationFor`. */
export const APPLICATION = {
  basics: {
    application: 'CI-000001',
    systemName: '审批系统',
    applicationClass: 'public',
    securityGrade: 3,
    department: '信息中心',
    contact: 'requester',
    phone: '0431-12345678',
  },
  introduction: {
    summary: '面向公众办理行政审批事项的业务系统，含受理、审查、决定三个环节。',
    architecture: '接入层、应用层、数据层三层架构，应用服务器双机负载均衡，数据库主备部署。',
  },
  relations: { remarks: '无' },
  deployment: {
    equipment: [{ purpose: '应用服务器', vcpu: 4, memoryGb: 8, storageGb: 100, count: 2 }],
    network: '互联网区经防火墙访问应用层',
  },
  capacity: {
    system: { users: 20000, concurrent: 300, basis: '按全省办件量的峰值估算' },
    applicationSpace: '程序与依赖共 20 GB',
    storagePlan: [{ year: 2027, totalGb: 400 }],
    database: '峰值每秒 200 次查询',
    logs: { gbPerDay: 1.5, keepDays: 180 },
  },
  summary: { kind: 'vm', count: 2, vcpu: 8, memoryGb: 16, storageGb: 200, text: '需要两台虚拟机及配套存储空间。' },
  opening: { zone: 'internet', system: 'Linux 5.10', account: 'requester', backup: { wanted: true, keepDays: 30 } },
};
