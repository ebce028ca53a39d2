import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import type { OidcSettings } from '../adapters/identity/oidc';
import type { Seal } from '../adapters/identity/seal';
import { adminEventRoutes } from './admin-event';
import { colleagueRoutes } from './colleague';
import { healthRoutes } from './health';
import type { Limits } from './limits';
import { meRoutes } from './me';
import type { Metrics } from './metrics';
import { oidcRoutes } from './oidc';
import { groupRoleRoutes } from './oidc-group-role';
import { personRoutes } from './person';
import { personIdentityRoutes } from './person-identity';
import { personWordRoutes } from './person-words';
import type { Route } from './route';
import { sessionRoutes } from './session';
import { setupRoute } from './setup';
import { teamRoutes } from './team';
import { tenantRoutes } from './tenant';
import { tokenRoutes } from './token';

export interface PlatformDeps {
  db: Knex;
  config: { publicUrl: string; sessionHours: number; namespace: string; oidc?: OidcSettings };
  /** Null without CONTINUO_KEY. */
  seal: Seal | null;
  limits: Limits;
  metrics: Metrics;
  client: Client;
  /** Task queue whose workers `/readyz` looks for. */
  taskQueue: string;
  now(): Date;
}

/** Every route that is about the platform itself and no kind of case: who may come in, and is it well. */
export function platformRoutes(deps: PlatformDeps): Route[] {
  return [
    ...healthRoutes({ ...deps, namespace: deps.config.namespace }),
    ...sessionRoutes(deps),
    setupRoute(deps),
    ...oidcRoutes(deps),
    ...groupRoleRoutes(deps),
    ...meRoutes(deps),
    ...tokenRoutes(deps),
    ...personRoutes(deps),
    ...colleagueRoutes(deps),
    ...tenantRoutes(deps),
    ...teamRoutes(deps),
    ...personWordRoutes(deps),
    ...personIdentityRoutes(deps),
    ...adminEventRoutes(deps),
  ];
}
