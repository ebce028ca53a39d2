import { load, median } from './load';
import { type BenchPlatform, cpuMs } from './platform';

/** What a life of ours costs beside one of the bare engine; medians of all rounds. */
export interface Compared {
  /** Lives a second. */
  bare: number;
  ours: number;
  ratio: number;
  /** Milliseconds from the first call to the last answer. */
  p95: number;
  /** Processor time of one of our lives by process, in words (ms). */
  cost: string;
}

interface Lives {
  bare: () => Promise<unknown>;
  ours: () => Promise<unknown>;
  rounds: number;
  /** Of each round of each. */
  seconds: number;
}

/** Runs both in turn with 16 callers, so that they meet the same machine; each is warmed up first. */
export async function compare(platform: BenchPlatform, { bare, ours, rounds, seconds }: Lives): Promise<Compared> {
  const rates: { bare: number; ours: number; p95: number }[] = [];
  const cost: Record<string, number[]> = {};
  await load(16, 4, bare);
  await load(16, 4, ours);
  for (let round = 1; round <= rounds; round++) {
    const yard = (await load(16, seconds, bare)).perSecond;
    const before = Object.entries(platform.pids()).map(([name, pid]) => ({ name, pid, ms: cpuMs(pid) }));
    const life = await load(16, seconds, ours);
    for (const { name, pid, ms } of before.filter((p) => p.name !== 'start'))
      cost[name] = [...(cost[name] ?? []), (cpuMs(pid) - ms) / life.count];
    rates.push({ bare: yard, ours: life.perSecond, p95: life.p95 });
    process.stderr.write(`round ${round}: bare ${yard.toFixed(1)}, ours ${life.perSecond.toFixed(1)} lives/s\n`);
  }
  const mid = (of: 'bare' | 'ours' | 'p95') => median(rates.map((r) => r[of]));
  const parts = Object.entries(cost).map(([name, ms]) => `${name} ${median(ms).toFixed(1)}`);
  return {
    bare: mid('bare'),
    ours: mid('ours'),
    ratio: mid('ours') / mid('bare'),
    p95: mid('p95'),
    cost: parts.join(', '),
  };
}
