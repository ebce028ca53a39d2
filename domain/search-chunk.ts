import { quote, type SearchToken, tokenize } from './search-text';

/** What one `tsvector` holds; Postgres: positions up to 16,383, 256 places a lexeme, 1 MB. */
export interface ChunkLimits {
  positions: number;
  places: number;
  /** Of lexemes in UTF-8, places included. */
  bytes: number;
}
/** A little less than Postgres takes: what is beyond its limits it drops without a word. */
const POSTGRES: ChunkLimits = { positions: 16_000, places: 250, bytes: 900_000 };
/** Tokens repeated where a text had to be cut, so that a phrase over the cut is found. */
const OVERLAP = 32;
/** A code unit takes at most three bytes of UTF-8; position and header of a lexeme some eight. */
const bytesOf = (lexeme: string) => lexeme.length * 3 + 8;

/**
 * Texts as `tsvector` literals, as many as the limits ask for. Texts never stand side by side: a phrase does not reach from
 * one into the next. The head (id, title) stands in every one: words of it and of a later chunk are found together.
 */
export function searchChunks(head: string, texts: readonly string[], limits: ChunkLimits = POSTGRES): string[] {
  const headTokens = tokenize(head);
  const chunks: Chunk[] = [];
  const open = () => {
    const chunk = new Chunk(limits);
    for (const t of headTokens) chunk.add(t);
    chunk.part();
    chunk.bare = true;
    chunks.push(chunk);
    return chunk;
  };
  let chunk = open();
  for (const text of texts) {
    const tokens = tokenize(text);
    chunk.part();
    for (let i = 0, cut = -1; i < tokens.length; i++) {
      const token = tokens[i];
      if (token === undefined || chunk.add(token)) continue;
      chunk = open();
      if (i > cut) {
        cut = i;
        i = Math.max(0, i - OVERLAP) - 1;
      } else {
        // The overlap alone has filled a chunk. What not even an empty one takes is no text.
        chunk.add(token);
      }
    }
  }
  return chunks.filter((c, i) => i === 0 || !c.bare).map(String);
}

/** Lexemes with their places, growing until one does not fit. */
class Chunk {
  private readonly places = new Map<string, number[]>();
  private bytes = 0;
  /** Tokens of a text count from its own beginning; the first one added says where that is here. */
  private shift: number | null = null;
  private end = 0;
  /** Holds nothing beyond the head. */
  bare = true;

  constructor(private readonly limits: ChunkLimits) {}

  /** Another text begins. */
  part(): void {
    this.shift = null;
  }

  /** False when the limits forbid it. */
  add({ lexeme, at }: SearchToken): boolean {
    const known = this.places.get(lexeme);
    const size = (known ? 0 : bytesOf(lexeme)) + 2;
    if (this.bytes + size > this.limits.bytes) return false;
    let place: number | null = null;
    if (at !== null) {
      this.shift ??= (this.end === 0 ? 1 : this.end + 2) - at;
      place = at + this.shift;
      if (place > this.limits.positions || (known?.length ?? 0) >= this.limits.places) return false;
      this.end = Math.max(this.end, place);
    }
    const places = known ?? [];
    if (!known) this.places.set(lexeme, places);
    if (place !== null) places.push(place);
    this.bytes += size;
    this.bare = false;
    return true;
  }

  toString(): string {
    return [...this.places].map(([l, p]) => (p.length === 0 ? quote(l) : `${quote(l)}:${p.join(',')}`)).join(' ');
  }
}
