import type { Response } from 'express';
import type { Knex } from 'knex';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '../domain/errors';
import type { Principal } from '../domain/principal';

const MINUTE_S = 60;
/** Requests a minute and address without a valid identity: guessing tokens and passwords is slow. */
const STRANGER_POINTS = 600;
/** Failed sign-ins of one login from one address. */
const SIGN_IN_POINTS = 10;
/** Failed sign-ins from one address, whatever the logins: one password tried on everybody. */
const SPRAY_POINTS = 100;
const SIGN_IN_SECONDS = 15 * MINUTE_S;

/** Limits of one API process. Failed sign-ins are counted in the database, for all processes together. */
export interface Limits {
  /** Counts a request of an identity. @throws DomainError TooManyRequests, with `Retry-After` on `res` */
  identity(principal: Principal, res: Response): Promise<void>;
  /** Refuses an address that has failed too often. @throws DomainError TooManyRequests */
  stranger(ip: string, res: Response): Promise<void>;
  /** Counts a request without a valid identity. */
  strangerFailed(ip: string): Promise<void>;
  /** Counts an attempt before the password is looked at, so that a burst gains nothing. @throws DomainError TooManyRequests */
  signIn(login: string, ip: string, res: Response): Promise<void>;
  /** Takes the attempt back: only failures count. */
  signInSucceeded(login: string, ip: string): Promise<void>;
}

/** @param perMinute requests a minute of one identity; 0 = no limit */
export function createLimits(db: Knex, perMinute: number): Limits {
  const identities = new RateLimiterMemory({ points: Math.max(1, perMinute), duration: MINUTE_S });
  const strangers = new RateLimiterMemory({ points: STRANGER_POINTS, duration: MINUTE_S });
  const shared = { storeClient: db, storeType: 'knex', tableName: 'rate_limit', tableCreated: true };
  const attempts = (keyPrefix: string, points: number) =>
    new RateLimiterPostgres({ ...shared, keyPrefix, points, duration: SIGN_IN_SECONDS, clearExpiredByTimeout: true });
  const byLogin = attempts('sign-in', SIGN_IN_POINTS);
  const byAddress = attempts('sign-in-ip', SPRAY_POINTS);
  const pair = (login: string, ip: string) => `${ip}|${login.slice(0, 64)}`;
  return {
    async identity(principal, res) {
      if (perMinute === 0) return;
      const key = `${principal.tenantId}|${principal.login}`;
      const used = await identities.consume(key).catch(asState);
      refuseAbove(used, perMinute, res);
    },
    async stranger(ip, res) {
      refuseAbove(await strangers.get(ip), STRANGER_POINTS, res);
    },
    async strangerFailed(ip) {
      await strangers.penalty(ip);
    },
    async signIn(login, ip, res) {
      refuseAbove(await byLogin.consume(pair(login, ip)).catch(asState), SIGN_IN_POINTS, res);
      refuseAbove(await byAddress.consume(ip).catch(asState), SPRAY_POINTS, res);
    },
    async signInSucceeded(login, ip) {
      await Promise.all([byLogin.delete(pair(login, ip)), byAddress.reward(ip)]);
    },
  };
}

/** A limiter rejects with its state when the limit is passed, with an error when it fails. */
function asState(reason: unknown): RateLimiterRes {
  if (reason instanceof RateLimiterRes) return reason;
  throw reason;
}

function refuseAbove(state: RateLimiterRes | null, points: number, res: Response): void {
  if (state === null || state.consumedPoints <= points) return;
  const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
  res.set('Retry-After', String(seconds));
  throw new DomainError('TooManyRequests', `Too many requests; try again in ${seconds} s.`);
}
