import { emptyLabels } from './labels.ts';
import { noLabels, numbered, numberOf, PackedSamples } from './packed-samples.ts';

/** Labels whose names an ordinary object has already. */
const unusual = Object.assign(emptyLabels(), { constructor: 'a', toString: 'b' });

test('packed samples are those that were added, whatever labels each of them has', () => {
  const samples = Array.from({ length: 1000 }, (_, index) => ({
    labels: [{ pod: `p-${index}` }, { pod: `p-${index}`, phase: '' }, {}, unusual][index % 4] ?? {},
    value: index === 8 ? Number.NaN : index / 7,
  }));
  const packed = PackedSamples.of(samples);

  expect(packed.length).toBe(1000);
  expect(Array.from(packed, ({ labels, value }) => ({ labels: { ...labels }, value }))).toEqual(
    samples.map(({ labels, value }) => ({ labels: { ...labels }, value })),
  );
  expect([...packed.labelNames]).toEqual(['pod', 'phase', 'constructor', 'toString']);
  expect([...packed.having('phase')]).toHaveLength(250);
});

test("a sample has its object's labels, of which its own labels take the place", () => {
  const packed = new PackedSamples();
  const object = numbered({ namespace: 'a', pod: 'p' });
  packed.add(object, {}, 1);
  packed.add(object, { phase: 'Running' }, 2);
  packed.add(object, { phase: 'Failed', namespace: 'b' }, 3);
  packed.add(object, { phase: 'Failed' }, 4);

  expect(Array.from(packed, ({ labels }) => Object.entries(labels).flat().join(' '))).toEqual([
    'namespace a pod p',
    'namespace a pod p phase Running',
    'namespace b pod p phase Failed',
    'namespace a pod p phase Failed',
  ]);
});

test('equal values of labels have the same number in all samples, and an absent label has no place', () => {
  const [one, other] = [PackedSamples.of([{ labels: { pod: 'p' }, value: 1 }]), new PackedSamples()];
  other.add(numbered({ namespace: 'p' }), { pod: 'p' }, 1);
  const numberIn = (packed: PackedSamples) => packed.number(0, packed.place(packed.placesOf('pod'), 0));

  expect(numberIn(one)).toBe(numberOf('p'));
  expect(numberIn(other)).toBe(numberOf('p'));
  expect(one.place(one.placesOf('namespace'), 0)).toBeLessThan(0);
});

test('the size of samples is that of their lines in the text format', () => {
  const packed = new PackedSamples();
  packed.add(noLabels, { a: 'ü"\\\n', b: '' }, 12_345_678);
  packed.add(noLabels, {}, Number.POSITIVE_INFINITY);
  const text = 'kube_x{a="ü\\"\\\\\\n",b=""} 1.2345678e+07\nkube_x +Inf\n';

  expect(packed.bytes('kube_x')).toBe(Buffer.byteLength(text));
});
