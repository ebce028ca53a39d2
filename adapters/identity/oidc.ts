import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
} from 'openid-client';
import { providerFetch } from './provider-fetch';

/** The OIDC_* part of the configuration. */
export interface OidcSettings {
  /** https, or http on loopback. */
  issuer: string;
  clientId: string;
  /** Absent: a public client, protected by PKCE alone. */
  clientSecret?: string;
  /** Separated by spaces; has `openid`. */
  scopes: string;
  /** Claim that lists groups; `realm_access.roles` names one inside another. */
  groupsClaim: string;
  /** Tenant of the people who come in, unless a claim names it. */
  tenant: string;
  tenantClaim?: string;
}

/** What is kept of a sign-in until the browser comes back. */
export interface BegunSignIn {
  /** Where the browser goes. */
  url: string;
  nonce: string;
  codeVerifier: string;
}

/** Who a provider says somebody is. */
export interface ProvenIdentity {
  issuer: string;
  subject: string;
  /** Proposal for a login, as the provider spells it. */
  username: string | null;
  displayName: string | null;
  email: string | null;
  /** BCP 47, as the provider says it. */
  locale: string | null;
  groups: string[];
  /** What the tenant claim says; null when there is none. */
  tenant: string | null;
}

/** Why a provider did not prove an identity; the message is for the log. */
export class OidcError extends Error {
  constructor(
    readonly why: 'unavailable' | 'refused-by-provider' | 'invalid-answer',
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** How long what a provider says of itself is believed, ms. */
const METADATA_MS = 3_600_000;

/** Sign-in by authorization code with PKCE, state and nonce at one provider. Its metadata is read when first needed. */
export class OidcProvider {
  private known: { config: Promise<Configuration>; readAt: number } | null = null;

  constructor(
    private readonly settings: OidcSettings,
    /** Exactly as registered with the provider. */
    private readonly redirectUri: string,
  ) {}

  /** Origin of the provider, for people to recognise it. */
  get host(): string {
    return new URL(this.settings.issuer).host;
  }

  /** @param state what the provider hands back unchanged @throws OidcError unavailable */
  async begin(state: string): Promise<BegunSignIn> {
    const config = await this.configuration();
    const [nonce, codeVerifier] = [randomNonce(), randomPKCECodeVerifier()];
    const url = buildAuthorizationUrl(config, {
      redirect_uri: this.redirectUri,
      scope: this.settings.scopes,
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, nonce, codeVerifier };
  }

  /**
   * Exchanges the code for an identity; signature, issuer, audience, expiry, state and nonce are checked.
   * @param query of the address the browser came back to @throws OidcError
   */
  async finish(
    query: string,
    expected: { state: string; nonce: string; codeVerifier: string },
  ): Promise<ProvenIdentity> {
    const config = await this.configuration();
    const returned = new URL(this.redirectUri);
    returned.search = query;
    if (returned.searchParams.has('error')) {
      const { searchParams } = returned;
      throw new OidcError(
        'refused-by-provider',
        `${searchParams.get('error')}: ${searchParams.get('error_description')}`,
      );
    }
    try {
      const tokens = await authorizationCodeGrant(config, returned, {
        pkceCodeVerifier: expected.codeVerifier,
        expectedState: expected.state,
        expectedNonce: expected.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('the answer has no ID token');
      const more = config.serverMetadata().userinfo_endpoint !== undefined;
      const info = more ? await fetchUserInfo(config, tokens.access_token, claims.sub) : {};
      return this.identityOf({ ...info, ...claims });
    } catch (error) {
      throw new OidcError(isUnreachable(error) ? 'unavailable' : 'invalid-answer', error);
    }
  }

  /** Where a browser signs out of the provider too; null when it has no such place, or cannot be asked. */
  async signOutUrl(returnTo: string): Promise<string | null> {
    try {
      const config = await this.configuration();
      if (config.serverMetadata().end_session_endpoint === undefined) return null;
      return buildEndSessionUrl(config, { post_logout_redirect_uri: returnTo }).href;
    } catch (error) {
      if (error instanceof OidcError) return null;
      throw error;
    }
  }

  private async configuration(): Promise<Configuration> {
    const fresh = this.known !== null && Date.now() - this.known.readAt < METADATA_MS;
    if (this.known === null || !fresh) this.known = { config: this.discover(), readAt: Date.now() };
    try {
      return await this.known.config;
    } catch (error) {
      this.known = null;
      throw new OidcError('unavailable', error);
    }
  }

  private discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    const server = new URL(issuer);
    const client = clientSecret === undefined ? None() : ClientSecretPost(clientSecret);
    const insecure = server.protocol === 'http:' ? { execute: [allowInsecureRequests] } : {};
    return discovery(server, clientId, undefined, client, { [customFetch]: providerFetch(server), ...insecure });
  }

  private identityOf(claims: Record<string, unknown>): ProvenIdentity {
    const { groupsClaim, tenantClaim } = this.settings;
    const groups = claimAt(claims, groupsClaim);
    return {
      issuer: String(claims.iss),
      subject: String(claims.sub),
      username: textOf(claims.preferred_username) ?? textOf(claims.email),
      displayName: textOf(claims.name),
      email: textOf(claims.email),
      locale: textOf(claims.locale),
      groups: (Array.isArray(groups) ? groups : [groups]).filter((g): g is string => typeof g === 'string' && g !== ''),
      tenant: tenantClaim === undefined ? null : textOf(claimAt(claims, tenantClaim)),
    };
  }
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;

/** A claim by its name, or by a path of names. */
function claimAt(claims: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string, unknown>)[part]
          : undefined,
      claims,
    );
}

/** Whether nothing (or nothing whole) came back, as against an answer that does not hold. */
function isUnreachable(error: unknown): boolean {
  for (let e: unknown = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    const code = 'code' in e ? String(e.code) : '';
    if (/^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET)/.test(code) || e.name === 'TimeoutError') return true;
  }
  return false;
}
