import express, { type Request, type RequestHandler, type Response } from 'express';
import { DomainError } from '../domain/errors';
import type { Route } from './route';

/** Largest body of a route that states no limit of its own (bytes). */
export const BODY_LIMIT = 256 * 1024;

/** Reads the body of a request as its route wants it. An absent JSON body counts as an empty object. */
export type BodyReader = (req: Request, res: Response) => Promise<unknown>;

/** @throws (when reading) DomainError PayloadTooLarge, UnsupportedMediaType, ValidationFailed for malformed JSON */
export function bodyReader(route: Route): BodyReader {
  const limit = route.limitBytes ?? BODY_LIMIT;
  if (route.bodyAs === 'text') {
    const parse = express.text({ limit, type: () => true });
    return async (req, res) => (hasBody(req) ? await run(parse, req, res) : '');
  }
  if (route.bodyAs === 'binary') {
    const parse = express.raw({ limit, type: () => true });
    return async (req, res) => {
      // A page of another site cannot send this type without being asked, whatever the file is.
      if (hasBody(req) && !/^application\/octet-stream\s*(;|$)/i.test(req.headers['content-type'] ?? '')) {
        throw wrongType('The file is the body of the request.', 'application/octet-stream');
      }
      return hasBody(req) ? run(parse, req, res) : Buffer.alloc(0);
    };
  }
  if (route.body === undefined) return async () => undefined;
  const parse = express.json({ limit, strict: false, type: isJson });
  return async (req, res) => {
    if (!hasBody(req)) return {};
    if (!isJson(req)) throw wrongType('The body must be JSON.', 'application/json');
    return run(parse, req, res);
  };
}

function wrongType(detail: string, allowed: string): DomainError {
  const field = { path: 'headers.content-type', message: 'is not supported', allowed: [allowed] };
  return new DomainError('UnsupportedMediaType', detail, [field]);
}

function hasBody({ headers }: { headers: Request['headers'] }): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isJson(req: { headers: Request['headers'] }): boolean {
  return /^application\/([\w.-]+\+)?json\b/i.test(req.headers['content-type'] ?? '');
}

function run(parse: RequestHandler, req: Request, res: Response): Promise<unknown> {
  return new Promise((resolve, reject) => {
    void parse(req, res, (error?: unknown) => {
      if (error === undefined) resolve(req.body);
      else reject(bodyProblem(error) ?? error);
    });
  });
}

/** What an error of the body parser (its `type`) means to a caller. */
function bodyProblem(error: unknown): DomainError | undefined {
  if (!(error instanceof Error) || !('type' in error)) return undefined;
  if (error.type === 'entity.too.large') {
    const limit = 'limit' in error ? ` of ${String(error.limit)} bytes` : '';
    return new DomainError('PayloadTooLarge', `The body is larger than the limit${limit}.`);
  }
  if (error.type === 'entity.parse.failed') {
    return new DomainError('ValidationFailed', 'The body is not valid JSON.', [
      { path: 'body', message: error.message },
    ]);
  }
  if (error.type === 'charset.unsupported' || error.type === 'encoding.unsupported') {
    return new DomainError('UnsupportedMediaType', error.message);
  }
  if (error.type === 'request.aborted' || error.type === 'request.size.invalid') {
    return new DomainError('ValidationFailed', 'The body ended early.');
  }
  return undefined;
}
