#!/usr/bin/env node
import { Command } from 'commander';
import { ensureFirstAdministrator } from './api/first-administrator';
import { addDefsCommands } from './cli-defs';
import { loadConfig } from './config';
import { describeConfig } from './config-settings';
import { verifyAdminChains } from './db/admin-event';
import { verifyChains } from './db/case-event';
import { connect } from './db/connect';
import { reindex } from './db/search';
import { engineAddresses } from './engine/addresses';
import { diagnose } from './engine/doctor';
import { createLog } from './log';
import { prepareDatabase } from './prepare';

const out = (line: string) => process.stdout.write(`${line}\n`);

const cli = new Command('continuo')
  .description('ITSM that keeps its promises.')
  .showHelpAfterError()
  .addHelpText('after', () => `\nEnvironment:\n${describeConfig()}`);

cli
  .command('start')
  .description('run the whole platform: Postgres, Temporal server, worker, API and web')
  .action(async () => (await import('./start')).start());
cli
  .command('worker')
  .description('run one worker against DATABASE_URL and TEMPORAL_ADDRESS')
  .action(async () => (await import('./worker')).main());
cli
  .command('server')
  .description('run one API process against DATABASE_URL and TEMPORAL_ADDRESS')
  .action(async () => (await import('./server')).main());
cli
  .command('migrate')
  .description('bring the database up to date and publish the shipped definitions')
  .action(() =>
    withDatabase(async (db) => {
      await prepareDatabase(db, createLog({ logLevel: 'info' }, 'migrate'));
      out('The database is up to date.');
      const link = await ensureFirstAdministrator(db, loadConfig(), new Date());
      if (link) out(`First administrator (one-time link, valid for 24 hours): ${link}`);
    }),
  );
cli.command('doctor').description('say what was found, what is wrong and how to mend it').action(doctor);

addDefsCommands(cli, withDatabase);

cli
  .command('audit')
  .description('evidence')
  .command('verify')
  .description('prove that no event of any case, and no change of people and rights, was changed, left out or removed')
  .action(() =>
    withDatabase(async (db) => {
      const { cases, events, faults } = await verifyChains(db, (n) => n % 10_000 === 0 && out(`${n} cases …`));
      for (const f of faults) out(`${f.caseId} #${f.seq}: ${f.fault}`);
      out(`${cases} cases, ${events} events, ${faults.length} faults`);
      const changes = await verifyAdminChains(db);
      for (const f of changes.faults) out(`changes of ${f.tenantId} #${f.seq}: ${f.fault}`);
      out(`${changes.chains} tenants, ${changes.events} changes to people and rights, ${changes.faults.length} faults`);
      if (faults.length + changes.faults.length > 0) process.exitCode = 1;
    }),
  );

cli
  .command('search')
  .description('finding things')
  .command('reindex')
  .description('read the words of cases anew that have none yet or have them from an older version')
  .option('--all', 'every case', false)
  .action((options: { all: boolean }) =>
    withDatabase(async (db) => {
      const { seen, written } = await reindex(db, options, (p) => {
        if (p.seen % 10_000 === 0) out(`${p.seen} of ${p.total} cases …`);
      });
      out(`${seen} cases, ${written} written anew`);
    }),
  );

async function withDatabase(work: (db: ReturnType<typeof connect>) => Promise<void>): Promise<void> {
  const config = loadConfig();
  const databaseUrl = config.databaseUrl ?? engineAddresses(config.dataDir)?.databaseUrl;
  if (!databaseUrl)
    throw new Error(`DATABASE_URL is not set, and no platform has been started in DATA_DIR ${config.dataDir} yet.`);
  const db = connect(databaseUrl, { max: 4 });
  await work(db).finally(() => db.destroy());
}

async function doctor(): Promise<void> {
  const findings = await diagnose(loadConfig());
  for (const f of findings) {
    out(`${{ ok: 'ok  ', warn: 'warn', fail: 'FAIL' }[f.state]}  ${f.what}: ${f.detail}`);
    if (f.mend) out(`      → ${f.mend}`);
  }
  if (findings.some((f) => f.state === 'fail')) process.exitCode = 1;
}

cli.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
