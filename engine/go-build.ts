import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { onPath } from './cache';
import type { Progress } from './progress';
import { run } from './run';
import { TEMPORAL_GO_VERSION, TEMPORAL_SERVER_VERSION } from './versions';

export interface GoBuild {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

const MODULE = 'go.temporal.io/server';

/** Why the machine's Go cannot build the server, or undefined if it can. */
export async function goObstacle(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const go = onPath('go', env);
  if (go === undefined) return 'no `go` on PATH';
  const said = await run(go, ['version'], { env, timeoutMs: 20_000 });
  const version = /go(\d+)\.(\d+)/.exec(said);
  const minor = Number(version?.[2]);
  // From 1.21 on, Go fetches the toolchain a module asks for.
  return version?.[1] === '1' && minor >= 21
    ? undefined
    : `${said} cannot build it: Go 1.21 or newer is needed (it then fetches Go ${TEMPORAL_GO_VERSION} by itself)`;
}

/**
 * Builds the pinned server and its schema tool from the Go module proxy into `folder`
 * (about five minutes on two cores, no C compiler needed).
 */
export async function goBuild({ env, progress, signal }: GoBuild, folder: string): Promise<void> {
  const go = onPath('go', env);
  if (go === undefined) throw new Error('no `go` on PATH');
  const gobin = join(folder, 'gobin');
  mkdirSync(gobin);
  const packages = ['cmd/server', 'cmd/tools/sql'].map((path) => `${MODULE}/${path}@v${TEMPORAL_SERVER_VERSION}`);
  const watch = watchBuild(progress);
  try {
    await run(go, ['install', '-v', '-trimpath', '-ldflags=-s -w', ...packages], {
      env: { GOTOOLCHAIN: 'auto', ...env, GOBIN: gobin, GOOS: '', GOARCH: '', CGO_ENABLED: '0' },
      cwd: folder,
      signal,
      onLine: watch.onLine,
    });
  } finally {
    watch.end();
  }
  renameSync(join(gobin, 'server'), join(folder, 'temporal-server'));
  renameSync(join(gobin, 'sql'), join(folder, 'temporal-sql-tool'));
}

/** Go prints a line per module it downloads and, with -v, per package it compiles; a compile may be silent for minutes. */
function watchBuild(progress: Progress): { onLine: (line: string) => void; end: () => void } {
  const began = Date.now();
  let modules = 0;
  let packages = 0;
  const show = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    const elapsed = `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
    progress.update(`  building: ${elapsed}, ${modules} modules downloaded, ${packages} packages compiled`);
  };
  const timer = setInterval(show, 1_000);
  return {
    onLine(line) {
      if (line.startsWith('go: downloading ')) modules++;
      else if (!line.startsWith('go: ')) packages++;
    },
    end: () => clearInterval(timer),
  };
}
