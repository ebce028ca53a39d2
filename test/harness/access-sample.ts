import type { AccessSample } from './access-matrix';
import type { AccessWorld } from './access-world';

/** What the access matrix asks of one route. */
export type Sample = AccessSample<AccessWorld>;

export const PUBLIC: Sample = { access: 'public', foreign: 'open' };
export const SIGNED_IN: Sample = { access: 'signed-in', foreign: 'open' };

/** A list has something to show; which thing does not matter. */
export const listing = (_made: string) => ({});
