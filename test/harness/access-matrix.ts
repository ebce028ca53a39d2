import { randomUUID } from 'node:crypto';
import type { Access, Route } from '../../api/route';
import { type Permission, permissionsOf, ROLES } from '../../domain/roles';
import type { TestApi } from './api';

/** Parts of a valid request. */
export interface RequestParts {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  /** A body that is a file; `body` is absent then. */
  file?: string;
}

/** Somebody with one role in one tenant. */
export interface Caller {
  role: string;
  tenantId: string;
  login: string;
  personId: string;
  token: string;
}

/**
 * What is expected of a route, said a second time and independently of its declaration: whoever loosens a route has to
 * loosen this as well, where it is seen.
 */
export interface AccessSample<World> {
  access: Access;
  /** A valid request about things of tenant `own` (of `caller` where they are personal); made for each request. */
  request?(world: World, caller: Caller): Promise<RequestParts> | RequestParts;
  /**
   * What a holder of the permission in another tenant alone gets for that request: a refusal, an answer that hides what
   * tenant `own` has (`hidden`), or one that holds no tenant's data (`open`).
   */
  foreign: 403 | 404 | 'hidden' | 'open';
  /** Holders of only this permission see what is their own; anything else is not there for them. */
  ownOnly?: Permission | readonly Permission[];
  /** The permission has to be held in every tenant. */
  everywhereOnly?: true;
  /** A token narrowed to other permissions is refused although any identity is let in. */
  wholeAccountOnly?: true;
  /** The answer never ends. */
  stream?: true;
}

export type Samples<World> = Readonly<Record<string, AccessSample<World>>>;

/** What the matrix needs of its surroundings. */
export interface MatrixWorld {
  api: TestApi;
  /** Text that stands in everything that tenant `own` has. */
  marker: string;
  caller(role: string, tenantId: string, scopes?: readonly Permission[]): Promise<Caller>;
  revokedToken: string;
}

/** A cell of the matrix that is not as it must be. */
export interface Violation {
  route: string;
  role: string;
  situation: string;
  expected: string;
  got: string;
}

export const keyOf = (route: Route): string => `${route.method.toUpperCase()} ${route.path}`;

/** Routes without a sample, and samples without a route: both make the matrix incomplete. */
export function uncovered<W>(routes: readonly Route[], samples: Samples<W>): string[] {
  const keys = routes.map(keyOf);
  return [
    ...keys.filter((key) => samples[key] === undefined).map((key) => `${key} has no sample`),
    ...Object.keys(samples)
      .filter((key) => !keys.includes(key))
      .map((key) => `${key} is no route`),
  ];
}

/**
 * Sends a request for every route × role × {own tenant, other tenant, every tenant, narrowed token, revoked token, no
 * token} and returns how many cells that were, and which are not as the samples and the roles say (I10).
 */
export async function accessMatrix<W extends MatrixWorld>(
  routes: readonly Route[],
  samples: Samples<W>,
  world: W,
  roles: readonly string[] = ROLES.map((role) => role.name),
): Promise<{ cells: number; violations: Violation[] }> {
  const judged: Judgement[] = [];
  for (const route of routes) {
    const sample = samples[keyOf(route)];
    if (sample === undefined) throw new Error(`${keyOf(route)} has no sample`);
    judged.push(...(await strangers(route, sample, world)));
    if (sample.access === 'public') continue;
    for (let i = 0; i < roles.length; i += AT_A_TIME) {
      const some = roles.slice(i, i + AT_A_TIME);
      judged.push(...(await Promise.all(some.map((role) => cellsOf(route, sample, world, role)))).flat());
    }
  }
  return { cells: judged.length, violations: judged.filter((violation) => violation !== null) };
}

/** Roles asked about at the same moment. */
const AT_A_TIME = 4;
/** Null: the cell is as it must be. */
type Judgement = Violation | null;

/** What a status must be: one of refusal, or `allowed`. */
type Expected = 401 | 403 | 404 | 'allowed' | 'hidden' | 'shown';

interface Cell {
  situation: string;
  expected: Expected;
  token: string | undefined;
  owner: Caller;
}

async function strangers<W extends MatrixWorld>(route: Route, sample: AccessSample<W>, world: W): Promise<Judgement[]> {
  const owner = await world.caller('administrator', 'own');
  const expected = sample.access === 'public' ? 'allowed' : 401;
  const cells: Cell[] = [
    { situation: 'anonymous', expected, token: undefined, owner },
    { situation: 'revoked token', expected, token: world.revokedToken, owner },
  ];
  return judgeAll(route, sample, world, '-', cells);
}

async function cellsOf<W extends MatrixWorld>(
  route: Route,
  sample: AccessSample<W>,
  world: W,
  role: string,
): Promise<Judgement[]> {
  const needed = permissionsNeeded(sample.access);
  const held = permissionsOf([role]);
  const holds = needed === null || needed.some((permission) => held.has(permission));
  const owner = await world.caller(role, 'own');
  const other = await world.caller(role, 'other');
  const narrow = await world.caller(role, 'own', [
    needed?.includes('audit:read') === true ? 'system:read' : 'audit:read',
  ]);
  const cells: Cell[] = [
    { situation: 'own tenant', expected: holds ? own(sample, held) : 403, token: owner.token, owner },
    { situation: 'other tenant', expected: holds ? foreign(sample, held) : 403, token: other.token, owner },
    { situation: 'narrowed token', expected: narrowed(sample), token: narrow.token, owner: narrow },
  ];
  if (holds && needed !== null) {
    const all = await world.caller(role, '*');
    const expected = sample.everywhereOnly === true ? 'allowed' : own(sample, held);
    cells.push({ situation: 'every tenant', expected, token: all.token, owner });
  }
  return judgeAll(route, sample, world, role, cells);
}

function permissionsNeeded(access: Access): readonly Permission[] | null {
  if (access === 'public' || access === 'signed-in') return null;
  return typeof access === 'string' ? [access as Permission] : access;
}

const isObject = (sample: { foreign: unknown }) => sample.foreign === 404;

/** What a holder in the tenant itself gets. */
function own<W>(sample: AccessSample<W>, held: ReadonlySet<Permission>): Expected {
  if (sample.everywhereOnly === true) return 403;
  if (onlyOwn(sample, held)) return isObject(sample) ? 404 : 'hidden';
  return sample.foreign === 'hidden' ? 'shown' : 'allowed';
}

function foreign<W>(sample: AccessSample<W>, held: ReadonlySet<Permission>): Expected {
  if (sample.everywhereOnly === true) return 403;
  if (onlyOwn(sample, held)) return isObject(sample) ? 404 : 'hidden';
  return sample.foreign === 'open' ? 'allowed' : sample.foreign;
}

function onlyOwn<W>({ access, ownOnly }: AccessSample<W>, held: ReadonlySet<Permission>): boolean {
  if (ownOnly === undefined) return false;
  return (
    permissionsNeeded(access)?.every((permission) => [ownOnly].flat().includes(permission) || !held.has(permission)) ??
    false
  );
}

function narrowed<W>(sample: AccessSample<W>): Expected {
  return sample.access === 'signed-in' && sample.wholeAccountOnly !== true ? 'allowed' : 403;
}

function judgeAll<W extends MatrixWorld>(
  route: Route,
  sample: AccessSample<W>,
  world: W,
  role: string,
  cells: readonly Cell[],
): Promise<Judgement[]> {
  const judge = async (cell: Cell): Promise<Judgement> => {
    const parts = (await sample.request?.(world, cell.owner)) ?? {};
    const { status, text } = await send(world.api.origin, route, parts, cell.token, sample.stream === true);
    const shows = text.includes(world.marker);
    if (fits(cell.expected, status, shows)) return null;
    const got = `${status}${shows ? ' (shows data of the tenant)' : ''} ${text.slice(0, 200)}`;
    return { route: keyOf(route), role, situation: cell.situation, expected: String(cell.expected), got };
  };
  return Promise.all(cells.map(judge));
}

/** Past the gate: done, sent elsewhere, or refused for the state of things (409) or for want of an engine (503). */
const passed = (status: number) => status < 400 || status === 409 || status === 503;

function fits(expected: Expected, status: number, shows: boolean): boolean {
  if (expected === 'allowed') return passed(status);
  if (expected === 'shown') return status < 300 && shows;
  if (expected === 'hidden') return status < 300 && !shows;
  return status === expected && !shows;
}

async function send(
  origin: string,
  route: Route,
  { params = {}, query = {}, body, file }: RequestParts,
  token: string | undefined,
  stream: boolean,
): Promise<{ status: number; text: string }> {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? `no-${name}`));
  const aborter = new AbortController();
  const answer = await fetch(`${origin}${path}?${new URLSearchParams(query)}`, {
    method: route.method.toUpperCase(),
    body: body === undefined ? file : JSON.stringify(body),
    signal: aborter.signal,
    redirect: 'manual',
    headers: {
      'idempotency-key': randomUUID(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(file === undefined ? {} : { 'content-type': 'application/octet-stream' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });
  if (!stream || !answer.ok) return { status: answer.status, text: await answer.text() };
  aborter.abort();
  return { status: answer.status, text: '' };
}
