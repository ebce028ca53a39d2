import { setTimeout as delay } from 'node:timers/promises';
import { withClient, withDatabase } from './databases';
import type { Progress } from './progress';
import type { TemporalStore } from './temporal-store';

/** Servers renew their entry about every ten seconds; an older one is of a server that has ended. */
const FRESH_SECONDS = 25;

/**
 * Makes sure that no other server works on a database that is not ours alone. Ours listens on the loopback interface
 * only: a second one elsewhere would wait for it in vain, and both would fail in obscure ways.
 * @param ownPorts ports of our server, whose entries of a run that was killed do not count
 * @throws Error naming the other server
 */
export async function refuseRivals(
  store: TemporalStore,
  ownPorts: readonly number[],
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<void> {
  const first = await newestRival(store, ownPorts);
  if (first === undefined) return;
  progress.say(`Looking whether another engine works on ${store.database} …`);
  const until = Date.now() + FRESH_SECONDS * 1_000;
  while (Date.now() < until) {
    await delay(1_000, undefined, { signal });
    const now = await newestRival(store, ownPorts);
    if (now === undefined) return;
    if (now.heartbeat === first.heartbeat) continue;
    throw new Error(
      `another Temporal server (${now.address}) works on database ${store.database}: stop it, or join it with ` +
        'TEMPORAL_ADDRESS, or give this one a database of its own',
    );
  }
}

async function newestRival(
  store: TemporalStore,
  ownPorts: readonly number[],
): Promise<{ address: string; heartbeat: string } | undefined> {
  return withClient(withDatabase(store.url, store.database), async (client) => {
    const found = await client.query<{ address: string; heartbeat: string }>(
      `select rpc_address || ':' || rpc_port as address, last_heartbeat::text as heartbeat from cluster_membership
       where last_heartbeat > (now() at time zone 'UTC') - make_interval(secs => $1) and not rpc_port = any($2)
       order by last_heartbeat desc limit 1`,
      [FRESH_SECONDS, ownPorts],
    );
    return found.rows[0];
  });
}
