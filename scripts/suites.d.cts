export interface Machine {
  env: Record<string, string | undefined>;
  platform: string;
  home: string;
  runs(command: string, ...args: string[]): boolean;
  has(file: string): boolean;
}
/** Suites that cannot run on a machine (default: this one), with the reason. */
export function cannotRun(suites: string[], on?: Machine): { suite: string; why: string }[];
/** Constants of engine/versions.ts by name. */
export function versions(): Record<string, string>;
