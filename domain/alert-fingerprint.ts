const OFFSET = 14695981039346656037n;
const PRIME = 1099511628211n;
const MASK = (1n << 64n) - 1n;
/** Separates names and values; never a byte of UTF-8. */
const SEPARATOR = 0xff;
const CONTINUATION = [0, 0xc0, 0xe0, 0xf0];

/** UTF-8 by hand: the domain knows neither Node nor the DOM. Lone surrogates have been replaced before. */
function* utf8(text: string): Generator<number> {
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) {
      yield code;
      continue;
    }
    const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    yield (CONTINUATION[more] ?? 0) | (code >> (6 * more));
    for (let i = more - 1; i >= 0; i--) yield 0x80 | ((code >> (6 * i)) & 0x3f);
  }
}

function add(hash: bigint, byte: number): bigint {
  return ((hash ^ BigInt(byte)) * PRIME) & MASK;
}

/** FNV-1a, 64 bit, over each text followed by a separator; 16 hex digits. */
function fnv1a(texts: readonly string[]): string {
  let hash = OFFSET;
  for (const text of texts) {
    for (const byte of utf8(text)) hash = add(hash, byte);
    hash = add(hash, SEPARATOR);
  }
  return hash.toString(16).padStart(16, '0');
}

const byBytes = (a: string, b: string) => {
  const [x, y] = [[...utf8(a)], [...utf8(b)]];
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return (x[i] ?? 0) - (y[i] ?? 0);
  return x.length - y.length;
};

/**
 * Fingerprint of a label set as Prometheus computes it (`model.LabelSet.Fingerprint`: FNV-1a over names and values sorted
 * by name), so that an alert is the same one whether or not its sender states the fingerprint.
 */
export function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels).sort(byBytes);
  return fnv1a(names.flatMap((name) => [name, labels[name] ?? '']));
}

const KEY_LIMIT = 500;

/** A key that fits an index: long ones keep their beginning and get a hash for the rest. */
export function boundedKey(text: string): string {
  return text.length <= KEY_LIMIT ? text : `${text.slice(0, KEY_LIMIT - 20)}…${fnv1a([text])}`;
}
