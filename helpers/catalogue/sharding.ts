/** An unsigned 64-bit integer as two unsigned halves of 32 bits, which numbers represent exactly. */
interface Uint64 {
  readonly high: number;
  readonly low: number;
}

/** Which of how many shards an exporter is: the ordinal is from 0 to `total` - 1. */
export interface Shard {
  readonly ordinal: number;
  readonly total: number;
}

/** Whether an object with this uid belongs to the shard. Source: kube-state-metrics, pkg/sharding/listwatch.go. */
export function isInShard(uid: string, { ordinal, total }: Shard): boolean {
  return jumpHash(fnv1a64(uid), total) === ordinal;
}

/** The FNV-1a hash of the UTF-8 bytes of a text. Source: the FNV reference, parameters for 64 bits. */
export function fnv1a64(text: string): Uint64 {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of Buffer.from(text, 'utf8')) {
    low = (low ^ byte) >>> 0;
    // The prime 0x100000001b3.
    ({ high, low } = multiply(high, low, 0x100, 0x1b3));
  }
  return { high, low };
}

/** The bucket, from 0 to `buckets` - 1, of a key. Source: Lamping and Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm". */
export function jumpHash({ high, low }: Uint64, buckets: number): number {
  let bucket = 0;
  for (let next = 0; next < buckets; ) {
    bucket = next;
    // The key becomes key * 2862933555777941757 + 1.
    ({ high, low } = multiply(high, low, 0x27bb2ee6, 0x87b0b0fd));
    low = (low + 1) >>> 0;
    if (low === 0) high = (high + 1) >>> 0;
    next = Math.floor((bucket + 1) * (2 ** 31 / ((high >>> 1) + 1)));
  }
  return bucket;
}

/** The product modulo 2^64. Products of halves of 16 bits and their sums are below 2^53, so they are exact. */
function multiply(aHigh: number, aLow: number, bHigh: number, bLow: number): Uint64 {
  const [a0, a1, b0, b1] = [aLow & 0xffff, aLow >>> 16, bLow & 0xffff, bLow >>> 16];
  const lowest = a0 * b0;
  const middle = a0 * b1 + a1 * b0 + Math.floor(lowest / 0x10000);
  const highest = a1 * b1 + Math.floor(middle / 0x10000);
  return {
    high: (highest + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) >>> 0,
    low: (((middle & 0xffff) << 16) | (lowest & 0xffff)) >>> 0,
  };
}
