declare namespace Sequencer {
  /** The part of jest's `Test` that is read. */
  interface Test {
    path: string;
    context: { config: { displayName?: { name: string } } };
  }
}

declare class Sequencer {
  sort<T extends Sequencer.Test>(tests: readonly T[]): T[];
  shard<T extends Sequencer.Test>(tests: readonly T[], options: { shardIndex: number; shardCount: number }): T[];
  allFailedTests<T extends Sequencer.Test>(tests: readonly T[]): readonly T[];
  cacheResults(): void;
}
export = Sequencer;
