import { type LEVELS, type Name, SETTINGS, type Setting, type Values } from './config-settings';
import type { AttachmentLimits } from './domain/attachment';
import { nearest } from './domain/nearest';

/** Everything the environment says, checked. Names fit `EngineOptions` and `DoctorConfig`, which take it as it is. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Origin with path, without a slash at the end. */
  readonly publicUrl: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly databaseUrl?: string;
  readonly databasePool: number;
  readonly temporalAddress?: string;
  readonly temporalAccess?: TemporalAccess;
  readonly namespace: string;
  readonly adminToken?: string;
  readonly key?: string;
  readonly smtpUrl?: string;
  readonly smtpFrom: string;
  readonly logLevel: (typeof LEVELS)[number];
  readonly pageDigestSeconds: number;
  readonly attachmentLimits: AttachmentLimits;
  readonly chromePath?: string;
  /** Requests a minute and identity; 0 = no limit. */
  readonly rateLimitPerMinute: number;
  readonly sessionHours: number;
  /** Present: sign-in at a provider is offered beside passwords. */
  readonly oidc?: OidcConfig;
  readonly trustProxy: number;
  readonly allowPrivateTargets: boolean;
  /** Hosts of private networks that steps of runbooks may call. */
  readonly runbookHosts: readonly string[];
  readonly workerPort?: number;
  readonly workerCache: number;
  readonly supervised: boolean;
  /** The environment itself, handed to child processes. */
  readonly env: NodeJS.ProcessEnv;
}

/** As `OidcSettings` of adapters/identity/oidc.ts, which takes it as it is. */
export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly scopes: string;
  readonly groupsClaim: string;
  readonly tenant: string;
  readonly tenantClaim?: string;
}

/** Credentials of a cluster as `Connection.connect` of `@temporalio/client` takes them. */
export interface TemporalAccess {
  readonly apiKey?: string;
  readonly tls?:
    | boolean
    | {
        readonly serverNameOverride?: string;
        readonly serverRootCACertificate?: Buffer;
        readonly clientCertPair?: { crt: Buffer; key: Buffer };
      };
}

/** The environment cannot be used; the message lists every fault. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads and checks the environment; the only reader of `process.env`.
 * @throws ConfigError naming every wrong variable, its value unless secret, and what is allowed
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const faults = unknownNames(env);
  const read = (name: Name): unknown => {
    const setting: Setting<unknown> = SETTINGS[name];
    const text = env[name]?.trim() || setting.fallback;
    if (text === undefined) return undefined;
    const result = setting.schema.safeParse(text);
    if (result.success) return result.data;
    const shown = setting.secret === true ? '(secret)' : JSON.stringify(text);
    const reason = result.error.issues.find((issue) => issue.code === 'custom' && issue.message !== 'Invalid input');
    const because = reason === undefined ? '' : ` (${reason.message})`;
    faults.push(`${name}=${shown} is not valid${because}; allowed: ${setting.allowed}`);
    return undefined;
  };
  const values = Object.fromEntries((Object.keys(SETTINGS) as Name[]).map((name) => [name, read(name)])) as Values;
  const given = (name: Name) => (env[name]?.trim() ?? '') !== '';
  if (given('TEMPORAL_TLS_CLIENT_CERT_PATH') !== given('TEMPORAL_TLS_CLIENT_KEY_PATH')) {
    faults.push(
      'TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH belong together; allowed: both or none',
    );
  }
  if (given('OIDC_ISSUER') !== given('OIDC_CLIENT_ID')) {
    faults.push('OIDC_ISSUER and OIDC_CLIENT_ID belong together; allowed: both or none');
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return assemble(values, env);
}

const MB = 1024 * 1024;

function assemble(v: Values, env: NodeJS.ProcessEnv): Config {
  const shownHost = v.HOST === '0.0.0.0' || v.HOST === '::' ? 'localhost' : v.HOST;
  const host = shownHost.includes(':') ? `[${shownHost}]` : shownHost;
  return {
    port: v.PORT,
    host: v.HOST,
    publicUrl: (v.PUBLIC_URL ?? `http://${host}:${v.PORT}`).replace(/\/+$/, ''),
    dataDir: v.DATA_DIR,
    databaseUrl: v.DATABASE_URL,
    databasePool: v.DATABASE_POOL,
    temporalAddress: v.TEMPORAL_ADDRESS,
    temporalAccess: temporalAccess(v),
    namespace: v.TEMPORAL_NAMESPACE,
    adminToken: v.CONTINUO_ADMIN_TOKEN,
    key: v.CONTINUO_KEY,
    smtpUrl: v.SMTP_URL,
    smtpFrom: v.SMTP_FROM,
    logLevel: v.LOG_LEVEL,
    pageDigestSeconds: v.PAGE_DIGEST_SECONDS,
    chromePath: v.CHROME_PATH,
    attachmentLimits: {
      fileBytes: v.ATTACHMENT_MB * MB,
      caseFiles: v.ATTACHMENT_CASE_FILES,
      caseBytes: v.ATTACHMENT_CASE_MB * MB,
    },
    rateLimitPerMinute: v.RATE_LIMIT_PER_MINUTE,
    sessionHours: v.SESSION_HOURS,
    oidc: oidcConfig(v),
    trustProxy: v.TRUST_PROXY,
    allowPrivateTargets: v.ALLOW_PRIVATE_TARGETS,
    runbookHosts: v.RUNBOOK_HOSTS,
    workerPort: v.WORKER_PORT,
    workerCache: v.WORKER_CACHE,
    supervised: v.SUPERVISED,
    env,
  };
}

function oidcConfig(v: Values): OidcConfig | undefined {
  if (v.OIDC_ISSUER === undefined || v.OIDC_CLIENT_ID === undefined) return undefined;
  return {
    issuer: v.OIDC_ISSUER,
    clientId: v.OIDC_CLIENT_ID,
    clientSecret: v.OIDC_CLIENT_SECRET,
    scopes: v.OIDC_SCOPES,
    groupsClaim: v.OIDC_GROUPS_CLAIM,
    tenant: v.OIDC_TENANT,
    tenantClaim: v.OIDC_TENANT_CLAIM,
  };
}

function temporalAccess(v: Values): TemporalAccess | undefined {
  const crt = v.TEMPORAL_TLS_CLIENT_CERT_PATH;
  const key = v.TEMPORAL_TLS_CLIENT_KEY_PATH;
  const details = {
    serverNameOverride: v.TEMPORAL_TLS_SERVER_NAME,
    serverRootCACertificate: v.TEMPORAL_TLS_SERVER_CA_CERT_PATH,
    clientCertPair: crt !== undefined && key !== undefined ? { crt, key } : undefined,
  };
  const detailed = Object.values(details).some((detail) => detail !== undefined);
  const on = v.TEMPORAL_TLS ?? (detailed || v.TEMPORAL_API_KEY !== undefined);
  if (!on && v.TEMPORAL_API_KEY === undefined) return undefined;
  return { apiKey: v.TEMPORAL_API_KEY, tls: on && detailed ? details : on };
}

/** A misspelt variable would silently be the default: ours are recognisable by their prefix. */
function unknownNames(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('CONTINUO_') && !(name in SETTINGS))
    .flatMap((name) => {
      const meant = nearest(name, Object.keys(SETTINGS));
      return meant === undefined ? [] : [`${name} is not a variable of the platform; did you mean ${meant}?`];
    });
}
