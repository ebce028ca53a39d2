import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { Channel, Delivery, Notice } from './index';
import { assertPublicLiteral, ForbiddenTarget, publicLookup } from './public-target';

const TIMEOUT_MS = 5_000;

export interface WebhookOptions {
  /** Lets messages go to addresses of private networks (config). */
  allowPrivateTargets: boolean;
}

/**
 * Sends a message to a URL, signed as Standard Webhooks say; `webhook-id` is the message's id, so receivers can drop
 * repeats. 2xx is delivered, 410 is permanent, anything else may be tried again; redirects are not followed.
 */
export function webhookChannel({ allowPrivateTargets }: WebhookOptions): Channel {
  return {
    async send(notice) {
      try {
        const request = signed(notice);
        const url = new URL(notice.to);
        if (!allowPrivateTargets) assertPublicLiteral(url);
        return judge(await post(url, request, allowPrivateTargets ? undefined : publicLookup));
      } catch (error) {
        return failed(error);
      }
    },
  };
}

interface Signed {
  headers: Record<string, string>;
  body: string;
}

/** A message that cannot be sent whatever the receiver does. */
class Unsendable extends Error {}

function signed(notice: Notice): Signed {
  if (!/^https?:\/\//i.test(notice.to) || !URL.canParse(notice.to))
    throw new Unsendable('the address is no http(s) URL');
  if (notice.secret === null) throw new Unsendable('the webhook has no signing secret');
  const at = new Date();
  const body = JSON.stringify({ type: 'page', timestamp: at.toISOString(), data: notice.data });
  const signature = signerOf(notice.secret).sign(notice.messageId, at, body);
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'continuo',
      'webhook-id': notice.messageId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signature,
    },
  };
}

function signerOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    throw new Unsendable('the signing secret is not base64 with or without whsec_');
  }
}

function post(url: URL, { headers, body }: Signed, lookUp: LookupFunction | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http;
    const options = { method: 'POST', headers, lookup: lookUp, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const asked = request(url, options, (response) => {
      resolve(response.statusCode ?? 0);
      // The body says nothing we need, and may have no end.
      response.destroy();
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

function judge(status: number): Delivery {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const error = `the receiver answered ${status}`;
  return status === 410 ? { kind: 'permanent', error } : { kind: 'temporary', error, certain: true };
}

function failed(error: unknown): Delivery {
  if (error instanceof Unsendable || error instanceof ForbiddenTarget)
    return { kind: 'permanent', error: error.message };
  const { message, name, syscall } = error as NodeJS.ErrnoException;
  const timedOut = name === 'AbortError' || name === 'TimeoutError';
  const certain = syscall === 'connect' || syscall === 'getaddrinfo';
  return { kind: 'temporary', error: timedOut ? `no answer in ${TIMEOUT_MS / 1000} s` : message, certain };
}
