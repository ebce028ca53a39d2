import type { Logger } from 'pino';

/** Says when the database goes and comes back, once per change. */
export class Health {
  private down = false;

  constructor(
    private readonly log: Logger,
    private readonly what: string,
  ) {}

  lost(error: unknown): void {
    if (!this.down) this.log.error({ err: error }, `${this.what}: the database does not answer; trying again`);
    this.down = true;
  }

  back(): void {
    if (this.down) this.log.info(`${this.what}: the database answers again`);
    this.down = false;
  }
}

/** Wakes a waiter; a ring while nobody waits is kept for the next one. */
export class Bell {
  private rung = false;
  private waiter: (() => void) | null = null;

  ring(): void {
    this.rung = true;
    this.waiter?.();
  }

  async wait(ms: number): Promise<void> {
    if (!this.rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.waiter = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.waiter = null;
    this.rung = false;
  }
}

/** Pause after the n-th failure in a row to reach the database, ms. */
export const outagePause = (failures: number): number => Math.min(5_000, 100 * 2 ** Math.min(failures, 10));
