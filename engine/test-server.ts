import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheRoot, fillEntry, isExecutable, lockEntry, onPath } from './cache';
import { DOWNLOAD_LIMITS, type DownloadLimits, downloadFile, downloadText } from './download';
import { asAttempt, firstThatWorks, NotAvailableError, type Way } from './order';
import type { Progress } from './progress';
import { run } from './run';
import { TEST_SERVER_VERSION } from './versions';

/** The service the SDK itself downloads test servers from; it answers where the archive of a platform is. */
export const DOWNLOAD_SERVICE_URL = 'https://temporal.download';

export interface TestServerOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  /** `DOWNLOAD_SERVICE_URL` unless a test says otherwise. */
  readonly serviceUrl?: string;
  readonly limits?: DownloadLimits;
}

const PROGRAM = 'temporal-test-server';

/**
 * Path of the time-skipping test server, for `TestWorkflowEnvironment.createTimeSkipping({ server: { executable:
 * { type: 'existing-path', path } } })`: user cache, the SDK's download service, Maven; the first that works.
 * @throws NotAvailableError listing what was tried and what helps
 */
export async function resolveTestServer(options: TestServerOptions): Promise<string> {
  const { env, progress, signal } = options;
  const entry = join(cacheRoot(env), `${PROGRAM}-${TEST_SERVER_VERSION}`);
  const cache: Way<string> = {
    name: `cache ${entry}`,
    run: async () => {
      const path = join(entry, PROGRAM);
      return isExecutable(path) ? { found: path } : { reason: `no ${PROGRAM} in it` };
    },
  };
  const cached = await cache.run();
  if ('found' in cached) return cached.found;
  const lock = await lockEntry(entry, progress, signal);
  try {
    const ways = [cache, way(entry, options, downloadWay(options)), way(entry, options, mavenWay(options))];
    const result = await firstThatWorks(ways, progress);
    if ('found' in result) return result.found;
    throw new NotAvailableError(`Temporal test server ${TEST_SERVER_VERSION}`, result.tried, [
      'install Java 17 or newer and Maven: both are on every Debian (openjdk-17-jre-headless, maven)',
      `put an executable ${PROGRAM} into ${entry}`,
    ]);
  } finally {
    lock.release();
  }
}

type Filling = Pick<Way<string>, 'name' | 'says'> & { readonly fill: (folder: string) => Promise<void> };

function way(entry: string, { signal }: TestServerOptions, { name, says, fill }: Filling): Way<string> {
  return { name, says, run: () => asAttempt(async () => join(await fillEntry(entry, fill), PROGRAM), signal) };
}

/** A native program; exists for the common platforms. */
function downloadWay(options: TestServerOptions): Filling {
  const { serviceUrl = DOWNLOAD_SERVICE_URL, limits = DOWNLOAD_LIMITS, env, progress, signal } = options;
  const answer = z.object({ archiveUrl: z.url(), fileToExtract: z.string() });
  return {
    name: `download by ${serviceUrl}`,
    says: `Asking ${serviceUrl} for the time-skipping test server …`,
    async fill(folder) {
      const arch = process.arch === 'x64' ? 'amd64' : process.arch;
      const query = new URLSearchParams({ arch, platform: process.platform, 'sdk-name': 'sdk-typescript' });
      const url = `${serviceUrl}/${PROGRAM}/default?${query}`;
      const { archiveUrl, fileToExtract } = answer.parse(JSON.parse(await downloadText(url, limits, signal)));
      const archive = join(folder, 'archive.tar.gz');
      const show = (done: number) => progress.update(`  ${PROGRAM}: ${(done / 1e6).toFixed(0)} MB`);
      await downloadFile(archiveUrl, archive, limits, show, signal);
      await run('tar', ['-xzf', archive, '-C', folder, fileToExtract], { env, signal });
      rmSync(archive);
      renameSync(join(folder, fileToExtract), join(folder, PROGRAM));
    },
  };
}

/** The Java program from Maven Central with a script around it. */
function mavenWay({ env, progress, signal }: TestServerOptions): Filling {
  return {
    name: 'Maven',
    says: `Fetching the time-skipping test server ${TEST_SERVER_VERSION} with Maven (only this once) …`,
    async fill(folder) {
      const mvn = onPath('mvn', env);
      if (mvn === undefined || onPath('java', env) === undefined) throw new Error('no `mvn` and `java` on PATH');
      writeFileSync(join(folder, 'pom.xml'), POM);
      const args = ['--batch-mode', '-DoutputDirectory=lib', 'dependency:copy-dependencies'];
      const onLine = (line: string) => progress.update(`  ${line}`);
      await run(mvn, args, { env, cwd: folder, signal, onLine });
      const jar = join('lib', `temporal-test-server-${TEST_SERVER_VERSION}.jar`);
      if (!existsSync(join(folder, jar))) throw new Error(`Maven did not leave ${jar}`);
      rmSync(join(folder, 'pom.xml'));
      writeFileSync(join(folder, PROGRAM), WRAPPER);
      chmodSync(join(folder, PROGRAM), 0o755);
    },
  };
}

const dependency = (group: string, artifact: string, version: string) =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>continuo</groupId><artifactId>test-server</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    ${dependency('io.temporal', 'temporal-test-server', TEST_SERVER_VERSION)}
    ${dependency('org.slf4j', 'slf4j-nop', '2.0.16')}
  </dependencies>
</project>
`;

// Small heap, one collector thread, first compiler stage only: ready sooner, and several may run beside each other.
const WRAPPER = `#!/bin/sh
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx384m \\
  -cp "$(dirname "$0")/lib/*" io.temporal.testserver.TestServer "$@"
`;
