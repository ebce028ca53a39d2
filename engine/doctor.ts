/** One thing the doctor looked at. */
export interface Finding {
  /** What was looked at, e.g. `Postgres binaries`. */
  readonly what: string;
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was seen. */
  readonly detail: string;
  /** What to do about it; absent when ok. */
  readonly mend?: string;
}

/** The part of the configuration the doctor reads. */
export interface DoctorConfig {
  readonly dataDir: string;
  readonly databaseUrl?: string;
  readonly temporalAddress?: string;
  readonly namespace: string;
  /** HOST and PORT of the API. */
  readonly host: string;
  readonly port: number;
  readonly smtpUrl?: string;
  /** The launcher's environment: `process.env`. */
  readonly env: NodeJS.ProcessEnv;
}
