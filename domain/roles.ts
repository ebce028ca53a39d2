/**
 * Roles of R1.1 and what each may do. Data, not code: nothing else in the platform names a role to decide a permission.
 * 运营 (business operations) and 运维 (maintenance) are two families and never merged.
 */
export type Permission =
  | 'incident:read'
  | 'incident:read-own'
  | 'incident:create'
  | 'incident:handle'
  | 'incident:close'
  | 'call:log'
  /** All requests of a tenant; `read-own`: those he has asked for, is to vote on, or has a part in. */
  | 'request:read'
  | 'request:read-own'
  | 'request:create'
  /** For somebody else, and for tenants one does not belong to. */
  | 'request:create-for'
  /** Work on tasks, choose what a failed step does next, cancel, classify. */
  | 'request:handle'
  | 'cmdb:read'
  | 'cmdb:write'
  | 'pool:read'
  | 'pool:manage'
  | 'notice:publish'
  | 'survey:read'
  | 'alert:silence'
  | 'view:share'
  | 'intake:write'
  | 'intake:manage'
  | 'definition:read'
  | 'definition:publish'
  | 'oncall:read'
  | 'oncall:manage'
  | 'people:read'
  | 'people:manage'
  | 'audit:read'
  | 'system:read';

export interface Role {
  name: string;
  'zh-CN': string;
  en: string;
  family: 'maintenance' | 'operations' | 'customer' | 'platform' | 'control';
  permissions: readonly Permission[];
}

const OWN_REQUESTS: Permission[] = ['request:create', 'request:read-own'];
const READ: Permission[] = [
  'incident:read',
  'oncall:read',
  'people:read',
  'definition:read',
  'request:read',
  'cmdb:read',
  'pool:read',
  ...OWN_REQUESTS,
];
const HANDLE: Permission[] = [...READ, 'incident:create', 'incident:handle', 'incident:close', 'alert:silence'];
/** Whoever answers the telephone of the service desk, by day or on call. */
const DESK: Permission[] = [...HANDLE, 'call:log', 'request:create-for', 'request:handle'];
/** Operations (运营): hands out what requests ask for. */
const ALLOCATE: Permission[] = ['request:create-for', 'request:handle', 'cmdb:write'];
const REQUEST: Permission[] = ['incident:create', 'incident:read-own', ...OWN_REQUESTS];
const ALL: Permission[] = [
  ...HANDLE,
  'incident:read-own',
  'call:log',
  'view:share',
  'intake:write',
  'intake:manage',
  'definition:publish',
  'oncall:manage',
  'people:manage',
  'request:create-for',
  'request:handle',
  'cmdb:write',
  'pool:manage',
  'notice:publish',
  'survey:read',
  'audit:read',
  'system:read',
];

const role = (
  name: string,
  zh: string,
  en: string,
  family: Role['family'],
  permissions: readonly Permission[],
): Role => ({ name, 'zh-CN': zh, en, family, permissions });

export const ROLES: readonly Role[] = [
  role('requester', '申请人', 'Requester', 'customer', REQUEST),
  role('approver', '审批人', 'Approver', 'customer', REQUEST),
  role('customer-manager', '客户运维经理', 'Customer O&M manager', 'customer', [
    'incident:read',
    'incident:create',
    'request:read',
    ...OWN_REQUESTS,
  ]),
  role('customer-leader', '客户领导', 'Customer leader', 'customer', [
    'incident:read',
    'request:read',
    ...OWN_REQUESTS,
  ]),
  role('third-party-assessor', '第三方评估', 'Third-party assessor', 'customer', ['incident:read']),
  role('service-desk-agent', '服务台坐席', 'Service desk agent', 'maintenance', DESK),
  role('oncall-engineer', '值班工程师', 'On-call engineer', 'maintenance', DESK),
  role('maintenance-technician', '运维专业技术员', 'Maintenance technician', 'maintenance', DESK),
  role('maintenance-manager', '运维管理员', 'Maintenance manager', 'maintenance', [
    ...DESK,
    'oncall:manage',
    'view:share',
    'notice:publish',
    'survey:read',
    'pool:manage',
  ]),
  role('level-assessor', '级别评估员', 'Level assessor', 'maintenance', HANDLE),
  role('incident-commander', '事件指挥', 'Incident commander', 'maintenance', HANDLE),
  role('communications-manager', '沟通经理', 'Communications manager', 'maintenance', [...READ, 'incident:handle']),
  role('change-manager', '变更经理', 'Change manager', 'maintenance', [...READ, 'request:handle']),
  role('cab-member', '变更委员会成员', 'CAB member', 'maintenance', READ),
  role('problem-manager', '问题经理', 'Problem manager', 'maintenance', HANDLE),
  role('problem-analyst', '三线问题分析员', 'L3 problem analyst', 'maintenance', HANDLE),
  role('cmdb-manager', '配置管理员', 'CMDB manager', 'maintenance', [...READ, 'cmdb:write', 'request:handle']),
  role('knowledge-manager', '知识经理', 'Knowledge manager', 'maintenance', READ),
  role('service-owner', '服务负责人', 'Service owner', 'maintenance', [...HANDLE, 'request:handle', 'survey:read']),
  role('service-level-manager', '服务级别经理', 'Service-level manager', 'maintenance', [
    ...READ,
    'audit:read',
    'view:share',
    'survey:read',
  ]),
  role('operations-manager', '运营管理员', 'Operations manager', 'operations', [
    ...READ,
    'incident:create',
    'view:share',
    ...ALLOCATE,
    'pool:manage',
    'notice:publish',
    'survey:read',
  ]),
  role('operations-technician', '运营技术员', 'Operations technician', 'operations', [
    ...READ,
    'incident:create',
    ...ALLOCATE,
  ]),
  role('iaas-administrator', 'IaaS 系统管理员', 'IaaS system administrator', 'platform', [
    ...HANDLE,
    ...ALLOCATE,
    'pool:manage',
  ]),
  role('platform-project-manager', '平台建设项目经理', 'Platform-builder project manager', 'platform', READ),
  role('supplier', '供应商', 'Supplier', 'platform', ['incident:read-own']),
  role('leader', '主管领导', 'Responsible leader', 'control', [...READ, 'incident:create']),
  role('auditor', '审计员', 'Auditor', 'control', [...READ, 'audit:read', 'system:read']),
  role('administrator', '系统管理员', 'Administrator', 'control', ALL),
];

/** The role of a machine that hands in events. Not among `ROLES`: no person can hold it. */
export const INTAKE_SOURCE_ROLE: Role = role('intake-source', '接入来源', 'Intake source', 'platform', [
  'intake:write',
]);

/** Permissions of a set of role names; unknown names give nothing (default deny, I10). */
export function permissionsOf(roleNames: readonly string[]): Set<Permission> {
  return new Set(
    [...ROLES, INTAKE_SOURCE_ROLE].filter((r) => roleNames.includes(r.name)).flatMap((r) => r.permissions),
  );
}
