import pino, { type Logger } from 'pino';
import type { Config } from './config';

/** JSON lines on stdout; secrets that objects may carry are cut out. Case ids stand in the field `case`. */
export function createLog(config: Pick<Config, 'logLevel'>, name: string): Logger {
  return pino({
    name,
    level: config.logLevel,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.token', '*.secret', '*.databaseUrl'],
      censor: '(hidden)',
    },
  });
}
