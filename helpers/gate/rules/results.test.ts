import type { Rule } from '../../prometheus/rules/rule.ts';
import { gateResults } from './results.ts';

const rule: Rule = { file: 'rules.yaml', kind: 'alert', group: 'g', name: 'Alert', expression: 'x', templates: {} };

describe('results of Prometheus', () => {
  const rows = (...pairs: readonly [Record<string, string>, string][]) => ({
    rows: pairs.map(([labels, value]) => ({ labels, value })),
  });
  const compared = (before: ReturnType<typeof rows>, after: ReturnType<typeof rows> | { error: string }) =>
    gateResults([{ rule, old: before, new: after }]);

  test('that are equal in any order are no difference', () => {
    expect(compared(rows([{ a: '1' }, '1'], [{ a: '2' }, '2']), rows([{ a: '2' }, '2'], [{ a: '1' }, '1']))).toEqual([]);
  });

  test('that are lost or have another value reject, with examples', () => {
    expect(compared(rows([{ a: '1' }, '1']), rows())).toMatchObject([{ severity: 'reject', old: ['{a="1"} 1'], new: [] }]);
    expect(compared(rows([{ a: '1' }, '1']), rows([{ a: '1' }, '2']))).toMatchObject([
      { severity: 'reject', old: ['{a="1"} 1'], new: ['{a="1"} 2'] },
    ]);
  });

  test('that only have further labels are a note', () => {
    expect(compared(rows([{ a: '1' }, '1']), rows([{ a: '1', b: '2' }, '1']))).toMatchObject([{ severity: 'note' }]);
  });

  test('that Prometheus can no longer evaluate reject with its error', () => {
    expect(compared(rows(), { error: 'many-to-many matching not allowed' })).toMatchObject([
      { severity: 'reject', sentence: expect.stringContaining('many-to-many matching not allowed') },
    ]);
  });
});
