import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

/** One environment variable: how its text is read, what it may be, what it is for. */
export interface Setting<T> {
  readonly schema: z.ZodType<T>;
  /** Text used when the variable is unset or empty. */
  readonly fallback?: string;
  /** Said after "allowed:" in errors and help. */
  readonly allowed: string;
  readonly meaning: string;
  /** The value is never printed. */
  readonly secret?: true;
}

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max));

const FLAG: Record<string, boolean> = { '1': true, true: true, yes: true, '0': false, false: false, no: false };
const flag = z
  .string()
  .toLowerCase()
  .refine((text) => text in FLAG)
  .transform((text) => FLAG[text] === true);

const url = (protocols: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol));

const file = z
  .string()
  .transform((path) => resolve(path))
  .transform((path, context) => {
    try {
      return readFileSync(path);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });

const FLAGS = '1, true, yes, 0, false, no';
export const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** With a fallback the value is always there. */
const preset = <T>(
  schema: z.ZodType<T>,
  fallback: string,
  allowed: string,
  meaning: string,
): Setting<T> & { fallback: string } => ({ schema, fallback, allowed, meaning });

const optional = <T>(schema: z.ZodType<T>, allowed: string, meaning: string, secret?: true): Setting<T> => ({
  schema,
  allowed,
  meaning,
  secret,
});

/** Every variable of the platform; config.ts reads them. */
export const SETTINGS = {
  PORT: preset(integer(0, 65535), '8080', '0–65535 (0: any free port)', 'Port of API and web.'),
  HOST: preset(z.string(), '127.0.0.1', 'an address of this machine', 'Address to listen on; 0.0.0.0 for all.'),
  PUBLIC_URL: optional(
    url(['http:', 'https:']),
    'an http(s) URL',
    'Where people reach the platform; stands in links. Default: http://HOST:PORT. With https, cookies are Secure.',
  ),
  DATA_DIR: preset(
    z.string().transform((path) => resolve(path)),
    './data',
    'a directory',
    'Holds everything the embedded database and engine must keep.',
  ),
  DATABASE_URL: optional(
    url(['postgres:', 'postgresql:']),
    'postgres://user:password@host:port/database',
    'Existing Postgres to use. Unset: one is embedded below DATA_DIR.',
    true,
  ),
  DATABASE_POOL: preset(integer(2, 500), '10', '2–500', 'Most database connections of one process.'),
  TEMPORAL_ADDRESS: optional(
    z.string().regex(/^\S+:\d{1,5}$/),
    'host:port',
    'Existing Temporal cluster. Unset: the production server is started on the embedded Postgres.',
  ),
  TEMPORAL_NAMESPACE: preset(
    z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
    'continuo',
    'letters, digits, . _ -',
    'Namespace of the platform.',
  ),
  TEMPORAL_API_KEY: optional(z.string(), 'a key', 'API key of Temporal Cloud; implies TLS.', true),
  TEMPORAL_TLS: optional(flag, FLAGS, 'TLS to the cluster. Default: on when an API key or a TLS file is given.'),
  TEMPORAL_TLS_SERVER_NAME: optional(z.string(), 'a host name', "Name expected in the cluster's certificate."),
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: optional(file, 'a readable PEM file', 'Certificate authority of the cluster.'),
  TEMPORAL_TLS_CLIENT_CERT_PATH: optional(file, 'a readable PEM file', 'Client certificate (mTLS).'),
  TEMPORAL_TLS_CLIENT_KEY_PATH: optional(file, 'a readable PEM file', 'Key of the client certificate.'),
  CONTINUO_ADMIN_TOKEN: optional(
    z.string().min(8),
    'at least 8 characters; better 32 random ones',
    'Bearer token of an administrator of everything, for automation.',
    true,
  ),
  CONTINUO_KEY: optional(
    z.string().min(16),
    'at least 16 characters, e.g. from `openssl rand -base64 32`',
    'Seals secrets kept in the database. Unset with an embedded database: made once and kept in DATA_DIR.',
    true,
  ),
  SMTP_URL: optional(
    url(['smtp:', 'smtps:']),
    'smtp(s)://user:password@host:port',
    'Mail server for notifications. Unset: mail is a failed way to reach somebody, said in the page ledger.',
    true,
  ),
  SMTP_FROM: preset(z.string().includes('@'), 'continuo@localhost', 'an address', 'Sender of mail.'),
  LOG_LEVEL: preset(z.enum(LEVELS), 'info', LEVELS.join(', '), 'Least level that is logged.'),
  PAGE_DIGEST_SECONDS: preset(
    integer(0, 3600),
    '30',
    '0–3600',
    'After a message to a person, how long further pages for him are gathered into one.',
  ),
  ATTACHMENT_MB: preset(integer(1, 100), '20', '1–100', 'Largest file that may be attached to a case, in MB.'),
  ATTACHMENT_CASE_FILES: preset(integer(1, 1000), '50', '1–1000', 'Most files of one case.'),
  ATTACHMENT_CASE_MB: preset(integer(1, 10_000), '200', '1–10000', 'All files of one case together, in MB.'),
  CHROME_PATH: optional(
    z.string().transform((path) => resolve(path)),
    'an executable',
    'Chromium that prints documents. Unset: one on PATH, else the one of the npm package.',
  ),
  RATE_LIMIT_PER_MINUTE: preset(
    integer(0, 10_000_000),
    '60000',
    '0–10000000 (0: no limit)',
    'Requests of one identity that one API process takes in a minute.',
  ),
  SESSION_HOURS: preset(integer(1, 24 * 90), '12', '1–2160', 'Hours after which a browser has to sign in again.'),
  OIDC_ISSUER: optional(
    z.string().refine((text) => {
      if (!URL.canParse(text)) return false;
      const { protocol, hostname, search, hash, username } = new URL(text);
      const plain = protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
      return (protocol === 'https:' || plain) && search === '' && hash === '' && username === '';
    }),
    'an https URL without query (http only on this machine)',
    'Sign-in by OpenID Connect at this provider; register PUBLIC_URL/api/v1/oidc/callback there. Unset: passwords only.',
  ),
  OIDC_CLIENT_ID: optional(z.string(), 'a name', 'Name of the platform at the sign-in provider.'),
  OIDC_CLIENT_SECRET: optional(z.string(), 'a secret', 'Unset: a public client, protected by PKCE.', true),
  OIDC_SCOPES: preset(
    z.string().refine((text) => text.split(/\s+/).includes('openid')),
    'openid profile email',
    'names separated by spaces, openid among them',
    'What the sign-in provider is asked for; many need "groups" too.',
  ),
  OIDC_GROUPS_CLAIM: preset(
    z.string(),
    'groups',
    'name of a claim, or a path such as realm_access.roles',
    'Lists the groups of somebody; roles follow from them (Administration → Roles).',
  ),
  OIDC_TENANT: preset(z.string(), 'default', 'id of a tenant', 'Tenant of the people who come in by the provider.'),
  OIDC_TENANT_CLAIM: optional(
    z.string(),
    'name of a claim, or a path',
    'Names the tenant of somebody instead; whoever has none, or an unknown one, is refused.',
  ),
  TRUST_PROXY: preset(integer(0, 10), '0', '0–10', 'Number of reverse proxies whose X-Forwarded-* headers count.'),
  ALLOW_PRIVATE_TARGETS: preset(flag, '0', FLAGS, 'Let webhooks go to addresses of private networks.'),
  RUNBOOK_HOSTS: preset(
    z
      .string()
      .transform((text) => text.split(/[\s,]+/).filter(Boolean))
      .refine((hosts) =>
        hosts.every((h) => URL.canParse(`http://${h}`) && new URL(`http://${h}`).host === h.toLowerCase()),
      )
      .transform((hosts) => hosts.map((h) => h.toLowerCase())),
    '',
    'host or host:port, separated by commas',
    'Hosts of private networks that steps of runbooks may call; a port other than 80 or 443 has to be named.',
  ),
  WORKER_PORT: optional(integer(0, 65535), '0–65535', 'Port for health and metrics of a worker. Unset: none.'),
  WORKER_CACHE: preset(integer(10, 100_000), '1000', '10–100000', 'Cases a worker keeps in memory.'),
  SUPERVISED: preset(flag, '0', FLAGS, 'Set by the launcher for the processes it starts.'),
} as const;

type Settings = typeof SETTINGS;
export type Name = keyof Settings;
/** Values by variable; those without a fallback may be undefined. */
export type Values = {
  [K in Name]: Settings[K] extends { schema: z.ZodType<infer T> }
    ? Settings[K] extends { fallback: string }
      ? T
      : T | undefined
    : never;
};

/** Every variable with default, allowed values and meaning, as text for `--help` and the docs. */
export function describeConfig(): string {
  const lines = (Object.entries(SETTINGS) as [Name, Setting<unknown>][]).map(([name, s]) => {
    const preset = s.fallback === undefined ? '' : ` Default: ${s.fallback}.`;
    return `  ${name.padEnd(34)}${s.meaning}${preset}\n${' '.repeat(36)}Allowed: ${s.allowed}.`;
  });
  return `Environment variables (an empty one counts as unset):\n${lines.join('\n')}\n`;
}
