import { fnv1a64, isInShard, jumpHash } from './sharding.ts';

const hexOf = ({ high, low }: ReturnType<typeof fnv1a64>) =>
  [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');
const keyOf = (key: bigint) => ({ high: Number(key >> 32n), low: Number(key & 0xffffffffn) });

// Source: the first three from the FNV reference, test_fnv.c; all from Go's hash/fnv.
test.each([
  ['', 'cbf29ce484222325'],
  ['a', 'af63dc4c8601ec8c'],
  ['foobar', '85944171f73967e8'],
  ['3f0c1c4e-8d3a-4f0e-9a51-6f1c2b7e9d10', '597f794fe4f63427'],
  ['ä', '0ac21207b7181582'],
])('the FNV-1a hash of "%s" is %s', (text, hash) => {
  expect(hexOf(fnv1a64(text))).toBe(hash);
});

// Source: the reference implementation in C++ of the paper's authors, for 1 to 18 buckets.
test.each([
  [0x1n, [0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 17]],
  [0xdeadbeefn, [0, 1, 2, 3, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 16, 16]],
  [0x0ddc0ffeebadf00dn, [0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 15, 15, 15]],
])('the jump hash of %d is in the bucket of the reference', (key, buckets) => {
  expect(buckets.map((_, index) => jumpHash(keyOf(key), index + 1))).toEqual(buckets);
});

/** The algorithm of the paper with integers of 64 bits. */
function jumpHashOfPaper(key: bigint, buckets: number): number {
  let bucket = -1;
  let next = 0;
  let state = key;
  while (next < buckets) {
    bucket = next;
    state = BigInt.asUintN(64, state * 2862933555777941757n + 1n);
    next = Math.floor((bucket + 1) * (2 ** 31 / (Number(state >> 33n) + 1)));
  }
  return bucket;
}

test('the jump hash is that of the paper for any key and number of buckets', () => {
  let key = 1n;
  for (let round = 0; round < 2000; round += 1) {
    key = BigInt.asUintN(64, key * 6364136223846793005n + 1442695040888963407n);
    const buckets = 1 + (round % 37) * 29;
    expect([key, jumpHash(keyOf(key), buckets)]).toEqual([key, jumpHashOfPaper(key, buckets)]);
  }
});

test('every object is in exactly one shard', () => {
  for (const uid of ['u-web', 'u-pend', '3f0c1c4e-8d3a-4f0e-9a51-6f1c2b7e9d10']) {
    const shards = [0, 1, 2, 3, 4].filter((ordinal) => isInShard(uid, { ordinal, total: 5 }));
    expect(shards).toHaveLength(1);
  }
});
