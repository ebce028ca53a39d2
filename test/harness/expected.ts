/** Things that arrive at a test: each is either waited for, or unexpected. */
export class Expected<T> {
  readonly all: T[] = [];
  private readonly claimed = new Set<T>();
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly noun: string,
    private readonly describe: (thing: T) => string,
  ) {}

  protected add(thing: T): void {
    this.all.push(thing);
    for (const look of this.waiting) look();
  }

  /** The first thing nobody has asked for yet that fits, as soon as it is there. */
  expect(fits: (thing: T) => boolean = () => true, timeoutMs = 15_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(look);
        const seen = this.all.map(this.describe).join('\n  ') || 'nothing';
        reject(new Error(`expected ${this.noun} did not come in ${timeoutMs} ms; there came:\n  ${seen}`));
      }, timeoutMs);
      const look = () => {
        const found = this.all.find((thing) => !this.claimed.has(thing) && fits(thing));
        if (found === undefined) return;
        this.claimed.add(found);
        this.waiting.delete(look);
        clearTimeout(timer);
        resolve(found);
      };
      this.waiting.add(look);
      look();
    });
  }

  /** Takes everything that came and was not asked for yet. */
  rest(): T[] {
    const rest = this.all.filter((thing) => !this.claimed.has(thing));
    for (const thing of rest) this.claimed.add(thing);
    return rest;
  }

  /** What came without being asked for, in words; tests end with `expect(sink.unexpected()).toEqual([])`. */
  unexpected(): string[] {
    return this.all.filter((thing) => !this.claimed.has(thing)).map(this.describe);
  }

  /** Forgets everything that came. */
  reset(): void {
    this.all.length = 0;
    this.claimed.clear();
  }
}
