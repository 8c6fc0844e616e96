import { gateCost, parseBudgets } from './cost.ts';
import type { GateDifference } from './difference.ts';
import { gateExitCode, gateVerdict } from './verdict.ts';
import { applyWaivers, readWaivers } from './waivers.ts';

const difference = (id: string, severity: GateDifference['severity']): GateDifference => ({
  id,
  part: 'surface',
  sentence: 'Something is different.',
  severity,
  old: [],
  new: [],
});
const gone = difference('surface/family-gone/kube_x', 'reject');
const today = new Date('2030-02-01T12:00:00Z');
const waive = (until: string, id = gone.id) =>
  readWaivers(`- {difference: ${id}, reason: not in use, until: ${until}}`, 'w.yaml');

test('one rejecting difference rejects, and harmless ones are accepted', () => {
  expect(gateVerdict([])).toBe('accept');
  expect(gateVerdict([difference('a', 'harmless')])).toBe('accept');
  expect(gateVerdict([difference('a', 'note')])).toBe('accept with notes');
  expect(gateVerdict([difference('a', 'note'), gone])).toBe('reject');
  const verdicts = ['accept', 'accept with notes', 'reject', 'no answer'] as const;
  expect(verdicts.map((verdict) => gateExitCode({ state: 'complete', verdict }))).toEqual([0, 0, 1, 3]);
  expect(gateExitCode({ state: 'crashed', verdict: 'no answer' })).toBe(4);
});

test('what was not verified is no accept; what rejects decides all the same', () => {
  const unanswered = 'Not everything was verified that was to be: dns/headless.';
  expect(gateVerdict([], unanswered)).toBe('no answer');
  expect(gateVerdict([difference('a', 'note')], unanswered)).toBe('no answer');
  expect(gateVerdict([gone], unanswered)).toBe('reject');
});

test('a waiver that has not expired turns a rejection into a note', () => {
  const { differences, unused, expired } = applyWaivers([gone], waive('2030-02-01'), today);

  expect(gateVerdict(differences)).toBe('accept with notes');
  expect(differences[0]?.waived).toEqual({ reason: 'not in use', until: '2030-02-01' });
  expect([unused, expired]).toEqual([[], []]);
});

test('an expired waiver has no effect and is reported', () => {
  const { differences, expired } = applyWaivers([gone], waive('2030-01-31'), today);

  expect(gateVerdict(differences)).toBe('reject');
  expect(expired).toHaveLength(1);
});

test('a waiver with a wildcard covers several differences, and an unused one is reported', () => {
  const [wildcard] = waive('2031-01-01', 'surface/family-gone/*');
  const [unmatched] = waive('2031-01-01', 'surface/family-gone/kube_xy');
  const { differences, unused } = applyWaivers(
    [gone],
    [...(unmatched ? [unmatched] : []), ...(wildcard ? [wildcard] : [])],
    today,
  );

  expect(gateVerdict(differences)).toBe('accept with notes');
  expect(unused).toEqual([unmatched]);
});

test.each([
  ['- {difference: a, until: 2030-01-01}', 'w.yaml, waiver 1 is incomplete'],
  ['- {difference: a, reason: r, until: 2030-02-31}', 'which is not a date'],
  ['- {difference: a, reason: r, until: 2030-01-01, expires: never}', 'has "expires"'],
  ['difference: a', 'is not a list of waivers'],
  ['- {', 'is not YAML'],
])('the waivers %j are refused', (text, message) => {
  expect(() => readWaivers(text, 'w.yaml')).toThrow(message);
});

test('a measure over its budget rejects and shows both amounts', () => {
  const measure = { name: 'memory', when: 'at rest', unit: 'bytes', old: 40 * 1024 * 1024, new: 64 * 1024 * 1024 } as const;

  expect(gateCost([measure], parseBudgets(['memory=2x']))).toEqual([]);
  expect(gateCost([measure], new Map())).toEqual([]);
  expect(gateCost([measure], parseBudgets(['memory=1.5x']))).toMatchObject([
    {
      id: 'cost/memory/at-rest',
      severity: 'reject',
      old: ['40.0 MiB'],
      new: ['64.0 MiB'],
      sentence: expect.stringContaining('1.60x'),
    },
  ]);
  expect(() => parseBudgets(['memory=1.5'])).toThrow('--budget is MEASURE=RATIOx');
  expect(() => parseBudgets(['money=2x'])).toThrow('of scrape, body, series, memory, cpu');
});
