import type { Request, Response } from 'express';
import type { Knex } from 'knex';
import { z } from 'zod';
import type { RequestClient } from '../activities/request-client';
import { hashSecret } from '../adapters/identity/secret';
import { type ApprovalLink, approvalLinkOf, redeemApprovalLink } from '../db/approval-link';
import { attachmentOf } from '../db/attachment';
import { requestInside } from '../db/request';
import { DomainError } from '../domain/errors';
import { REQUEST_TRANSITIONS } from '../domain/request-command';
import type { RequestView } from '../domain/request-projection';
import { dossierOf } from './approval-dossier';
import { type LINK_STATES, linkBody, linkParams, linkSchema } from './approval-schema';
import { sendFile } from './download';
import { engineCall } from './engine-errors';
import type { Limits } from './limits';
import { type Route, route } from './route';

export interface ApprovalLinkDeps {
  db: Knex;
  requests: Pick<RequestClient, 'command'>;
  limits: Pick<Limits, 'stranger' | 'strangerFailed'>;
  now(): Date;
}

type LinkState = (typeof LINK_STATES)[number];
const BY_LINK = '/api/v1/approval-links/:token';

/** One-time links of mails: looking changes nothing, whoever looks and however often; only a POST decides. */
export function approvalLinkRoutes(deps: ApprovalLinkDeps): Route[] {
  return [showRoute(deps), decideRoute(deps), fileRoute(deps)];
}

function showRoute(deps: ApprovalLinkDeps): Route {
  return route({
    method: 'get',
    path: BY_LINK,
    tag: 'approval',
    summary: 'What a link of a mail is about, with everything needed to decide; changes nothing',
    access: 'public',
    params: linkParams,
    response: linkSchema,
    errors: ['NotFound', 'TooManyRequests'],
    async handle({ params, req, res }) {
      unseen(res);
      const { link, view } = await linkFor(deps, params.token, req, res);
      return shown(deps, link, view);
    },
  });
}

function decideRoute(deps: ApprovalLinkDeps): Route {
  return route({
    method: 'post',
    path: BY_LINK,
    tag: 'approval',
    summary: 'Decide by a link of a mail, once',
    access: 'public',
    params: linkParams,
    body: linkBody,
    response: linkSchema,
    errors: ['NotFound', 'InvalidTransition', 'TooManyRequests', 'EngineUnavailable'],
    async handle({ params, body, log, req, res }) {
      unseen(res);
      const { link, view, hash } = await linkFor(deps, params.token, req, res);
      const { caseId, step, shown: content, person } = link;
      const state = stateOf(link, view, deps.now());
      if (state !== 'open') {
        await deps.limits.strangerFailed(ipOf(req));
        throw new DomainError('InvalidTransition', REFUSALS[state], [{ path: 'params.token', message: state }]);
      }
      // The key names the decision: a repeat after a lost answer is the same vote, the opposite one is refused by the case.
      const key = `link:${hash.toString('hex').slice(0, 40)}:${body.decision}`;
      const vote = {
        op: 'vote' as const,
        key,
        actor: person.login,
        step,
        shown: content,
        via: 'mail' as const,
        ...body,
      };
      await engineCall(() => deps.requests.command(caseId, vote));
      await redeemApprovalLink(deps.db, hash, { decision: body.decision, at: deps.now().toISOString() });
      log.info({ login: person.login, case: caseId, decision: body.decision }, 'decided by mail');
      return { ...headOf(link, 'used'), decision: body.decision, dossier: null };
    },
  });
}

/** Files of what is to be decided, as long as it can be. */
function fileRoute(deps: ApprovalLinkDeps): Route {
  return route({
    method: 'get',
    path: `${BY_LINK}/attachments/:id`,
    tag: 'approval',
    summary: 'A file of what a link of a mail is about',
    access: 'public',
    params: linkParams.extend({ id: z.uuid() }),
    raw: true,
    errors: ['NotFound', 'TooManyRequests'],
    async handle({ params, req, res }) {
      unseen(res);
      const { link, view } = await linkFor(deps, params.token, req, res);
      const file = stateOf(link, view, deps.now()) === 'open' ? await attachmentOf(deps.db, params.id) : null;
      const dossier = file?.caseId === link.caseId ? (await shown(deps, link, view)).dossier : null;
      if (!file || !dossier?.content.files.some((f) => f.id === file.id))
        throw new DomainError('NotFound', 'There is no such file behind this link.');
      await sendFile(deps.db, 'attachment', file, res);
    },
  });
}

/** Neither search engines, caches nor the pages one goes to next learn of the address. */
function unseen(res: Response): void {
  res.set({ 'X-Robots-Tag': 'noindex, nofollow', 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' });
}

const ipOf = (req: Request) => req.ip ?? 'unknown';

/** @throws DomainError NotFound for a token that is none of ours, TooManyRequests for whoever tries too many */
async function linkFor({ db, limits }: ApprovalLinkDeps, token: string, req: Request, res: Response) {
  await limits.stranger(ipOf(req), res);
  const hash = hashSecret(token);
  const found = await approvalLinkOf(db, hash);
  if (found) return { ...found, hash };
  await limits.strangerFailed(ipOf(req));
  throw new DomainError('NotFound', 'This link is unknown. Sign in to see what waits for you.');
}

const REFUSALS: Record<Exclude<LinkState, 'open'>, string> = {
  used: 'This link has been used: the decision stands.',
  late: 'The time to decide is over; what was stated for silence has happened.',
  edited: 'It was changed, or is asked anew, since the mail was sent: decide by the newer mail, or signed in.',
  over: 'This is no longer to be decided.',
  'not-asked': 'Somebody else is asked now; you need not decide any more.',
  own: 'Nobody decides on his own request.',
  inactive: 'This account is no longer active.',
};

/** What a link is good for: it opens nothing that its person could not decide signed in. */
export function stateOf(link: ApprovalLink, view: RequestView, now: Date): LinkState {
  const { person } = link;
  if (link.usedAt !== null) return 'used';
  if (!person.active) return 'inactive';
  if (person.login === view.requester || person.login === view.beneficiary) return 'own';
  const approval = view.approvals.findLast((a) => a.step === link.step && a.state === 'running');
  const anew = approval !== undefined && (approval.shown !== link.shown || approval.visit !== link.visit);
  if (anew || view.content.hash !== link.shown) return 'edited';
  if (link.expiresAt !== null && Date.parse(link.expiresAt) <= now.getTime()) return 'late';
  if (!approval || !REQUEST_TRANSITIONS.vote.includes(view.state)) return 'over';
  return approval.approvers.some((a) => a.login === person.login && a.state === 'asked') ? 'open' : 'not-asked';
}

const headOf = ({ caseId, person, decision, expiresAt }: ApprovalLink, state: LinkState) => ({
  state,
  caseId,
  locale: person.locale,
  zone: person.zone,
  name: person.active ? person.name : null,
  decision,
  expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
});

/** A link that is good for nothing shows no content. */
async function shown({ db, now }: ApprovalLinkDeps, link: ApprovalLink, view: RequestView) {
  const state = stateOf(link, view, now());
  const head = headOf(link, state);
  const approval = view.approvals.findLast((a) => a.step === link.step && a.state === 'running');
  const stored = state === 'open' ? await requestInside(db, link.caseId) : null;
  if (!stored || !approval) return { ...head, dossier: null };
  return { ...head, dossier: await dossierOf(db, { view, planId: stored.planId, approval }, link.person.login) };
}
