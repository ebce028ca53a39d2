import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address';

/** The target lies where nothing of ours may go. */
export class ForbiddenTarget extends Error {
  constructor(host: string) {
    super(`${host} is not an address of the public internet`);
  }
}

/** A literal address in the URL is never looked up, so it is checked here. @throws ForbiddenTarget */
export function assertPublicLiteral(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new ForbiddenTarget(host);
}

/** Checks what a name resolves to at the moment of connecting: no second look-up can answer otherwise. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    const [first] = found ?? [];
    if (error || first === undefined) return callback(error ?? new Error(`${hostname} has no address`), '');
    if (!found.every(({ address }) => isPublicAddress(address))) return callback(new ForbiddenTarget(hostname), '');
    if (options.all) callback(null, found);
    else callback(null, first.address, first.family);
  });
};
