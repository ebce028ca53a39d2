import type { Knex } from 'knex';
import type { IncidentClient } from '../activities/incident-client';
import type { RequestClient } from '../activities/request-client';
import { postgresCmdb } from '../adapters/cmdb/postgres';
import { calendarOfTenant, currentDefinitions, currentIncidentPlan } from '../db/definitions';
import type { AttachmentLimits } from '../domain/attachment';
import { ofKind } from '../domain/process-def';
import { absenceRoutes } from './absence';
import { approvalRoutes } from './approval';
import { approvalLinkRoutes } from './approval-link';
import { attachmentRoutes } from './attachment';
import { batchRoutes } from './batch';
import { callRoutes } from './call';
import { catalogueRoutes } from './catalogue';
import { cmdbRoutes } from './cmdb';
import { definitionRoutes } from './definition';
import { definitionProposalRoutes } from './definition-proposal';
import { documentRoutes } from './document';
import { draftRoutes } from './draft';
import type { CaseFeed } from './events';
import { faultReportRoute } from './fault-report';
import { heartbeatRoutes } from './heartbeat';
import { incidentRoutes } from './incident';
import { incidentListRoutes } from './incident-list';
import { intakeRoutes } from './intake';
import { intakeGroupRoutes } from './intake-groups';
import { intakeHeldRoutes } from './intake-held';
import { intakeRejectedRoutes } from './intake-rejected';
import { intakeSourceRoutes } from './intake-sources';
import { intakeTryRoutes } from './intake-try';
import { mailboxRoutes } from './mailbox';
import { mailLogRoutes } from './mailbox-log';
import { noticeRoutes } from './notice';
import { notificationRoutes } from './notification';
import { oncallRoutes } from './oncall';
import { oneTimeSecretRoutes } from './one-time-secret';
import { type PlatformDeps, platformRoutes } from './platform';
import { poolRoutes } from './pool';
import { provisioningRoutes } from './provisioning';
import { requestRoutes } from './request';
import type { Route } from './route';
import { runbookRoutes } from './runbook';
import { savedViewRoutes } from './saved-view';
import { secretRoutes } from './secret';
import { serviceRoutes } from './service';
import { silenceRoutes } from './silence';
import { surveyRoutes } from './survey';
import { taskRoutes } from './task';
import { taskBatchRoutes } from './task-batch';
import { workRoutes } from './task-work';

export interface RouteDeps extends PlatformDeps {
  incidents: IncidentClient;
  requests: RequestClient;
  /** Of the configuration; `ATTACHMENT_LIMITS` unless stated. */
  attachmentLimits?: AttachmentLimits;
  feed: CaseFeed;
}

/** Every endpoint of the API: the registry behind router, OpenAPI document and access test. */
export function allRoutes(deps: RouteDeps): Route[] {
  const { db } = deps;
  const intake = { db, serviceNames: (tenantId: string) => serviceNames(db, tenantId) };
  return [
    ...platformRoutes(deps),
    ...deps.feed.routes,
    ...incidentListRoutes({ db }),
    ...incidentRoutes({
      db,
      incidents: deps.incidents,
      currentIncidentPlan: (tenantId, service) => currentIncidentPlan(db, tenantId, service),
      serviceNames: intake.serviceNames,
      calendar: (tenantId, id, version) => calendarOfTenant(db, tenantId, id, version),
    }),
    ...approvalRoutes({ db }),
    ...approvalLinkRoutes(deps),
    ...requestRoutes({
      db,
      requests: deps.requests,
      now: deps.now,
      calendar: (tenantId, id, version) => calendarOfTenant(db, tenantId, id, version),
    }),
    ...batchRoutes(deps),
    ...taskBatchRoutes(deps),
    ...taskRoutes(deps),
    ...workRoutes(deps),
    ...noticeRoutes(deps),
    ...notificationRoutes(deps),
    ...surveyRoutes(deps),
    ...runbookRoutes({ db }),
    ...secretRoutes(deps),
    ...cmdbRoutes({ ...deps, cmdb: postgresCmdb(db) }),
    ...poolRoutes(deps),
    ...provisioningRoutes(deps),
    ...oneTimeSecretRoutes(deps),
    ...absenceRoutes(deps),
    ...attachmentRoutes(deps),
    faultReportRoute({ db }),
    ...documentRoutes({ db }),
    ...callRoutes({
      db,
      incidents: deps.incidents,
      currentIncidentPlan: (tenantId, service) => currentIncidentPlan(db, tenantId, service),
      serviceNames: intake.serviceNames,
    }),
    ...draftRoutes({ db, now: deps.now }),
    ...definitionRoutes({ db }),
    ...definitionProposalRoutes({ db, now: deps.now }),
    ...catalogueRoutes({ db }),
    ...savedViewRoutes({ db, now: deps.now }),
    ...serviceRoutes({ db }),
    ...oncallRoutes({ db }),
    ...intakeRoutes(intake),
    ...intakeSourceRoutes(intake),
    ...mailboxRoutes({ ...intake, seal: deps.seal }),
    ...mailLogRoutes({ db }),
    ...intakeRejectedRoutes(intake),
    ...intakeTryRoutes({ ...intake, now: deps.now }),
    ...intakeGroupRoutes({ db }),
    ...intakeHeldRoutes({ db }),
    ...silenceRoutes({ db, now: deps.now }),
    ...heartbeatRoutes({ ...intake, now: deps.now }),
  ];
}

async function serviceNames(db: Knex, tenantId: string): Promise<string[]> {
  return ofKind(await currentDefinitions(db, tenantId), 'service').map((s) => s.name);
}
