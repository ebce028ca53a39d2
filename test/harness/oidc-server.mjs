// A real OpenID provider in a process of its own (its packages are ES modules): whoever comes is signed in at once as the
// account that the test has named last. Commands come by IPC: {register}, {account}; it answers {done}, at first {issuer}.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const accounts = new Map();
let current = null;

function makeProvider(issuer, { redirectUri, signedOutUri }) {
  const client = (client_id) => ({
    client_id,
    client_secret: `secret-of-${client_id}`,
    redirect_uris: [redirectUri],
    post_logout_redirect_uris: [signedOutUri],
    token_endpoint_auth_method: 'client_secret_post',
  });
  return new Provider(issuer, {
    clients: [client('continuo'), client('hasty')],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email'], groups: ['groups', 'org'] },
    scopes: ['openid', 'profile', 'email', 'groups'],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    // Codes of this client are over almost at once.
    ttl: {
      AuthorizationCode: (_ctx, _token, { clientId }) => (clientId === 'hasty' ? 1 : 60),
      Session: 600,
      Grant: 600,
      Interaction: 600,
      AccessToken: 60,
      IdToken: 60,
    },
    cookies: { keys: ['only for tests'] },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts.get(id) }) }),
    renderError: (ctx, out) => {
      ctx.body = JSON.stringify(out);
    },
  });
}

async function interact(provider, req, res) {
  const { params } = await provider.interactionDetails(req, res);
  if (current === null) {
    await provider.interactionFinished(req, res, { error: 'access_denied', error_description: 'said no' });
    return;
  }
  const grant = new provider.Grant({ accountId: current, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const grantId = await grant.save();
  await provider.interactionFinished(req, res, { login: { accountId: current }, consent: { grantId } });
}

let handle = null;
const server = createServer((req, res) => {
  if (handle === null) {
    res.statusCode = 503;
    res.end();
  } else if (req.url.startsWith('/interaction/')) {
    interact(handle, req, res).catch((error) => {
      res.statusCode = 500;
      res.end(String(error.stack));
    });
  } else handle.callback()(req, res);
});
const issuer = () => `http://127.0.0.1:${server.address().port}`;
server.listen(0, '127.0.0.1', () => process.send({ issuer: issuer() }));

process.on('message', (message) => {
  if (message.register) handle = makeProvider(issuer(), message.register);
  if ('account' in message) {
    current = message.account?.sub ?? null;
    if (message.account) accounts.set(current, message.account);
  }
  process.send({ done: true });
});
process.on('disconnect', () => process.exit(0));
