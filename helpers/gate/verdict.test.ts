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
const waive = (until: string, what = gone.id) =>
  readWaivers(`- {difference: ${what}, reason: nobody uses it, until: ${until}}`, 'w.yaml');

test('one difference that rejects decides, and what is of no consequence does not', () => {
  expect(gateVerdict([])).toBe('accept');
  expect(gateVerdict([difference('a', 'nothing')])).toBe('accept');
  expect(gateVerdict([difference('a', 'know')])).toBe('accept with changes to know');
  expect(gateVerdict([difference('a', 'know'), gone])).toBe('reject');
  const verdicts = ['accept', 'accept with changes to know', 'reject', 'no answer'] as const;
  expect(verdicts.map((verdict) => gateExitCode({ state: 'complete', verdict }))).toEqual([0, 0, 1, 3]);
  expect(gateExitCode({ state: 'crashed', verdict: 'no answer' })).toBe(4);
});

test('what was not verified is no accept; what rejects decides all the same', () => {
  const unanswered = 'Not everything was verified that was to be: dns/headless.';
  expect(gateVerdict([], unanswered)).toBe('no answer');
  expect(gateVerdict([difference('a', 'know')], unanswered)).toBe('no answer');
  expect(gateVerdict([gone], unanswered)).toBe('reject');
});

test('a waiver that has not ended turns a reject into a change to know', () => {
  const { differences, unused, expired } = applyWaivers([gone], waive('2030-02-01'), today);

  expect(gateVerdict(differences)).toBe('accept with changes to know');
  expect(differences[0]?.waived).toEqual({ reason: 'nobody uses it', until: '2030-02-01' });
  expect([unused, expired]).toEqual([[], []]);
});

test('a waiver counts as none once its day has passed, and is told', () => {
  const { differences, expired } = applyWaivers([gone], waive('2030-01-31'), today);

  expect(gateVerdict(differences)).toBe('reject');
  expect(expired).toHaveLength(1);
});

test('a waiver with a star covers several, and one that covers nothing is told', () => {
  const [star] = waive('2031-01-01', 'surface/family-gone/*');
  const [other] = waive('2031-01-01', 'surface/family-gone/kube_xy');
  const { differences, unused } = applyWaivers([gone], [...(other ? [other] : []), ...(star ? [star] : [])], today);

  expect(gateVerdict(differences)).toBe('accept with changes to know');
  expect(unused).toEqual([other]);
});

test.each([
  ['- {difference: a, until: 2030-01-01}', 'w.yaml, waiver 1 lacks something'],
  ['- {difference: a, reason: r, until: 2030-02-31}', 'which is no day'],
  ['- {difference: a, reason: r, until: 2030-01-01, expires: never}', 'has "expires"'],
  ['difference: a', 'is no list of waivers'],
  ['- {', 'is not YAML'],
])('the waivers %j are refused', (text, message) => {
  expect(() => readWaivers(text, 'w.yaml')).toThrow(message);
});

test('what costs more than its budget rejects, with both amounts', () => {
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
