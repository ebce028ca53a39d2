declare namespace SlowReporter {
  /** The part of jest's `AggregatedResult` that is read; times in ms. */
  interface Results {
    testResults: {
      displayName?: { name: string };
      perfStats: { start: number; end: number };
      testFilePath: string;
      testResults: { duration?: number | null; fullName: string }[];
    }[];
  }
}

declare class SlowReporter {
  constructor(
    globalConfig: { rootDir: string },
    options?: { notRun?: { suite: string; why: string }[]; write?: (text: string) => void },
  );
  onRunComplete(contexts: unknown, results: SlowReporter.Results): void;
}
export = SlowReporter;
