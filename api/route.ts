import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Principal, TenantScope } from '../domain/principal';
import type { Permission } from '../domain/roles';

/** What a handler gets: validated input and who asks. */
export interface Call<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  /** Present unless the route is public. */
  principal: Principal;
  /** Tenants in which the principal holds the route's permission; never empty when the handler runs. */
  tenants: TenantScope;
  /** Value of the `Idempotency-Key` header. */
  idempotencyKey: string | null;
  log: Logger;
  req: Request;
  res: Response;
}

/** `public`: nobody needs to sign in; `signed-in`: any identity; else a permission, or any of several. */
export type Access = 'public' | 'signed-in' | Permission | readonly Permission[];

/**
 * One endpoint: its schemas validate the request and make the OpenAPI document; its access is enforced and is the
 * input of the generated endpoint × role × tenant test (I10).
 */
export interface RouteDefinition<P, Q, B, R> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Express style, below the root: `/api/v1/incidents/:id`. */
  path: string;
  tag: string;
  summary: string;
  access: Access;
  /** `required`: a POST without an Idempotency-Key is refused; `accepted`: used when sent. */
  idempotency?: 'required' | 'accepted';
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  /**
   * `text`: `body` of the call is the request's body as received, of any content type, neither parsed nor validated by
   * the app (raw input is committed before it is understood, I1); `body` above then only documents it.
   * `binary`: `body` is a Buffer, sent as application/octet-stream; there is no schema.
   */
  bodyAs?: 'json' | 'text' | 'binary';
  /** Success status, 200 unless stated. */
  status?: number;
  /** Body of the success answer; absent for 204 and for handlers that write to `res` themselves. */
  response?: z.ZodType<R>;
  /** Codes beyond the general ones that this route answers, for the document. */
  errors?: readonly string[];
  /** Largest body in bytes; the app's general limit unless stated. */
  limitBytes?: number;
  /** The handler streams or writes to `res` itself. */
  raw?: boolean;
  handle(call: Call<P, Q, B>): Promise<R>;
}

/** A route with its types forgotten, as the app and the generators hold it. */
export type Route = RouteDefinition<unknown, unknown, unknown, unknown>;

/** Declares a route; the types of `handle` follow from the schemas. */
export function route<P = unknown, Q = unknown, B = unknown, R = unknown>(r: RouteDefinition<P, Q, B, R>): Route {
  return r as unknown as Route;
}
