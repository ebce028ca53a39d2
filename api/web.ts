import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import compression from 'compression';
import express, { type Express, type RequestHandler } from 'express';

/** Paths that are never a page of the web UI. */
const NOT_WEB = /^\/(api|healthz|readyz|metrics|openapi\.json)(\/|$)/;
/** Addresses that are secrets: neither search engines nor the pages one goes to next learn of them. */
const UNSEEN = { 'X-Robots-Tag': 'noindex, nofollow', 'Referrer-Policy': 'no-referrer' };
const YEAR = 'public, max-age=31536000, immutable';

/** The built web UI, found from the source tree and from `dist/` alike; undefined when it has not been built. */
export function findWebDir(): string | undefined {
  for (let dir = __dirname; dir !== dirname(dir); dir = dirname(dir)) {
    const candidate = join(dir, 'dist', 'web');
    if (existsSync(join(candidate, 'index.html'))) return candidate;
  }
  return undefined;
}

/**
 * Serves the web UI: files with a hash in their name for ever, the page itself always fresh. Any other path that a
 * browser asks for as a page gets the page, whose router knows it.
 */
export function serveWeb(app: Express, webDir: string): void {
  app.use(compression());
  app.use(
    express.static(webDir, {
      index: false,
      setHeaders: (res, path) =>
        res.setHeader('Cache-Control', path.startsWith(join(webDir, 'assets')) ? YEAR : 'no-cache'),
    }),
  );
  app.use(page(webDir));
}

function page(webDir: string): RequestHandler {
  return (req, res, next) => {
    const wanted = (req.method === 'GET' || req.method === 'HEAD') && !NOT_WEB.test(req.path);
    // A file that is not there must not become a page: a missing script would be parsed as HTML.
    if (!wanted || /\.[a-z0-9]+$/i.test(req.path) || !req.accepts('html')) {
      next();
      return;
    }
    const headers = { 'Cache-Control': 'no-cache', ...(req.path.startsWith('/approve/') && UNSEEN) };
    const options = { root: webDir, cacheControl: false, headers };
    // Express calls back after success too; going on from there would end a compressed answer before it is out.
    res.sendFile('index.html', options, (error?: Error) => {
      if (error) next(error);
    });
  };
}
