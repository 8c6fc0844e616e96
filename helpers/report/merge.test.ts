import type { KnownIssue } from '../accounting/known-issue.ts';
import type { RawResult } from '../suite/result-file.ts';
import { type Declared, settle } from './merge.ts';

function declared(
  id: string,
  { needs = [], explainedBy = [] }: Partial<Pick<Declared, 'needs' | 'explainedBy'>> = {},
  level: Declared['level'] = 'must',
): Declared {
  return { id, area: id.split('/')[0] ?? '', sentence: `It does ${id}.`, level, source: 'guide', needs, explainedBy };
}

function failed(id: string, observed = 'it did not'): RawResult {
  return { id, status: 'failed', observed, durationMs: 10 };
}

function passed(id: string): RawResult {
  return { id, status: 'passed', durationMs: 10 };
}

const crash: KnownIssue = {
  id: 'crash',
  requirement: 'resilience/ingress',
  note: 'It crashes.',
  exporter: '>=2.5 <2.7',
  kubernetes: '>=1.24',
  reference: '#1',
  advice: 'Upgrade.',
  matches: /nil pointer/,
};
const old = { exporter: 'v2.5.0', kubernetes: 'v1.24.17+k3s1' };

function blocked(id: string, reason = 'needs something, which failed'): RawResult {
  return { id, status: 'blocked', reason, durationMs: 0 };
}

describe('a failure that another one explains', () => {
  const chain = [
    declared('a/root'),
    declared('a/middle', { explainedBy: ['a/root'] }),
    declared('a/leaf', { explainedBy: ['a/middle'] }),
  ];

  test('is still a failure, and carries the root cause of the chain', () => {
    const { requirements, partial } = settle(
      chain.map(({ id }) => failed(id)),
      chain,
      [],
      {},
    );
    expect(requirements.map(({ status, causedBy }) => [status, causedBy])).toEqual([
      ['failed', undefined],
      ['failed', 'a/root'],
      ['failed', 'a/root'],
    ]);
    expect(partial).toBeUndefined();
  });

  test('is not explained through a requirement that passed', () => {
    const { requirements } = settle([failed('a/root'), passed('a/middle'), failed('a/leaf')], chain, [], {});
    expect(requirements[2]).toMatchObject({ status: 'failed', observed: 'it did not' });
    expect(requirements[2]).not.toHaveProperty('causedBy');
  });

  test('is not explained by a known issue', () => {
    const records = [declared('resilience/ingress'), declared('a/leaf', { explainedBy: ['resilience/ingress'] })];
    const { requirements } = settle([failed('resilience/ingress', 'nil pointer'), failed('a/leaf')], records, [crash], old);
    expect(requirements.map(({ status }) => status)).toEqual(['known-issue', 'failed']);
    expect(requirements[1]).not.toHaveProperty('causedBy');
  });

  test('is explained by what it needs as well, where both failed', () => {
    const records = [declared('a/root'), declared('a/leaf', { needs: ['a/root'] })];
    expect(settle([failed('a/root'), failed('a/leaf')], records, [], {}).requirements[1]?.causedBy).toBe('a/root');
  });
});

describe('a blocked requirement', () => {
  const records = [
    declared('a/root'),
    declared('a/need', { explainedBy: ['a/root'] }),
    declared('a/middle', { needs: ['a/need'] }),
    declared('a/leaf', { needs: ['a/middle'] }),
  ];

  test('names the failure that blocks it and its root cause, and leaves the run whole', () => {
    const results = [failed('a/root'), failed('a/need'), blocked('a/middle'), blocked('a/leaf')];
    const { requirements, partial } = settle(results, records, [], {});
    for (const requirement of requirements.slice(2)) {
      expect(requirement).toMatchObject({
        status: 'blocked',
        reason: 'needs a/need, which failed because of a/root',
        causedBy: 'a/root',
      });
    }
    expect(partial).toBeUndefined();
  });

  test('keeps its own reason and makes the run partial when no failure blocks it', () => {
    const results = [
      passed('a/root'),
      passed('a/need'),
      passed('a/middle'),
      blocked('a/leaf', 'needs a/middle, which was skipped'),
    ];
    const { requirements, partial } = settle(results, records, [], {});
    expect(requirements[3]).toMatchObject({ status: 'blocked', reason: 'needs a/middle, which was skipped' });
    expect(partial).toBe('unverified');
  });

  test('makes the run partial when it is a must and the failure is of a should', () => {
    const nice = [declared('a/nice', {}, 'should'), declared('a/vital', { needs: ['a/nice'] })];
    expect(settle([failed('a/nice'), blocked('a/vital')], nice, [], {}).partial).toBe('unverified');
  });
});

test('a second pass does not cancel the first failure', () => {
  const { requirements } = settle([failed('a/root'), passed('a/root')], [declared('a/root')], [], {});
  expect(requirements[0]?.status).toBe('failed');
});

test('a failure without a message has an observation all the same', () => {
  const { requirements } = settle([{ id: 'a/root', status: 'failed', durationMs: 1 }], [declared('a/root')], [], {});
  expect(requirements[0]?.observed).toBe('The requirement failed without a message.');
});

describe('a known issue', () => {
  const records = [declared('resilience/ingress'), declared('resilience/after', { needs: ['resilience/ingress'] })];

  test('is recognized by version and observation', () => {
    const { requirements } = settle(
      [failed('resilience/ingress', 'panic: nil pointer'), passed('resilience/after')],
      records,
      [crash],
      old,
    );
    expect(requirements[0]).toMatchObject({ status: 'known-issue', knownIssue: 'crash', reason: 'It crashes.' });
  });

  test('explains no failure but its own', () => {
    const { requirements } = settle(
      [failed('resilience/ingress', 'nil pointer'), failed('resilience/after')],
      records,
      [crash],
      old,
    );
    expect(requirements.map(({ status }) => status)).toEqual(['known-issue', 'failed']);
  });

  test('does not excuse a second fault in another line of the same failure', () => {
    const { requirements } = settle(
      [failed('resilience/ingress', 'nil pointer\nforbidden'), passed('resilience/after')],
      records,
      [crash],
      old,
    );
    expect(requirements[0]).toMatchObject({
      status: 'failed',
      reason: 'This is not, or not only, the known issue crash.',
    });
  });

  test.each([
    ['a newer exporter', { ...old, exporter: 'v2.7.0' }],
    ['an older Kubernetes', { ...old, kubernetes: 'v1.23.0' }],
    ['an exporter of unknown version', { kubernetes: old.kubernetes }],
  ])('does not excuse %s', (_, facts) => {
    const { requirements } = settle(
      [failed('resilience/ingress', 'nil pointer'), passed('resilience/after')],
      records,
      [crash],
      facts,
    );
    expect(requirements[0]?.status).toBe('failed');
  });

  test('that did not occur is a pass with that reason', () => {
    const { requirements } = settle([passed('resilience/ingress'), passed('resilience/after')], records, [crash], old);
    expect(requirements[0]).toMatchObject({
      status: 'passed',
      knownIssue: 'crash',
      reason: 'The known issue did not occur: It crashes.',
    });
    expect(requirements[1]).not.toHaveProperty('reason');
  });

  test('of custom resources is not mentioned where none are exposed, and excuses a failure all the same', () => {
    const ofCustomResources: KnownIssue = { ...crash, ofCustomResources: true };
    const settled = (result: RawResult, customResources: boolean) =>
      settle([result, passed('resilience/after')], records, [ofCustomResources], { ...old, customResources }).requirements[0];

    expect(settled(passed('resilience/ingress'), true)).toHaveProperty('knownIssue');
    expect(settled(passed('resilience/ingress'), false)).not.toHaveProperty('knownIssue');
    expect(settled(failed('resilience/ingress', 'nil pointer'), false)).toMatchObject({ status: 'known-issue' });
  });
});

describe('what did not run', () => {
  const records = [declared('a/one'), declared('a/two')];

  test('is skipped, and makes the run partial', () => {
    const { requirements, partial } = settle([passed('a/one')], records, [], {});
    expect(requirements[1]).toMatchObject({ status: 'skipped', reason: 'did not run', durationMs: 0 });
    expect(partial).toBe('unverified');
  });

  test('because it was not selected makes the run partial, with the reason', () => {
    const { requirements, partial } = settle([passed('a/one')], records, [], {
      skipped: new Map([['a/two', 'not among --only a/one']]),
    });
    expect(requirements[1]).toMatchObject({ status: 'skipped', reason: 'not among --only a/one' });
    expect(partial).toBe('selected');
  });

  test('because no feature of the profile includes it is not applicable, and the run is whole', () => {
    const { requirements, partial } = settle([passed('a/one')], records, [], {
      notApplicable: new Map([['a/two', 'no toleration promised']]),
    });
    expect(requirements[1]).toMatchObject({ status: 'not-applicable', reason: 'no toleration promised' });
    expect(partial).toBeUndefined();
  });

  test('without having been deselected outweighs what was deselected', () => {
    const { partial } = settle([], records, [], { skipped: new Map([['a/two', 'not among --only a/one']]) });
    expect(partial).toBe('unverified');
  });

  test('because the cluster keeps it from being judged is not applicable, and the run is still whole', () => {
    const result = { id: 'a/two', status: 'not-applicable', reason: 'Nothing shows the user.', durationMs: 3 } as const;
    const { requirements, partial } = settle([passed('a/one'), result], records, [], {});
    expect(requirements[1]).toMatchObject({ status: 'not-applicable', reason: 'Nothing shows the user.' });
    expect(partial).toBeUndefined();
  });

  test('because the cluster failed makes the run partial, and keeps its reason', () => {
    const { requirements, partial } = settle(
      [passed('a/one'), { id: 'a/two', status: 'skipped', reason: 'no time', durationMs: 0 }],
      records,
      [],
      {},
    );
    expect(requirements[1]?.reason).toBe('no time');
    expect(partial).toBe('unverified');
  });
});

test('a result that belongs to no requirement is refused by name', () => {
  expect(() => settle([passed('a/unheard-of')], [], [], {})).toThrow('"a/unheard-of", which no spec declares');
});
