import type { KnownIssue } from '../suite/known-issues.ts';
import type { RawResult } from '../suite/result-file.ts';
import { type Declared, settle } from './merge.ts';

function declared(id: string, needs: string[] = [], level: Declared['level'] = 'must'): Declared {
  return { id, area: id.split('/')[0] ?? '', sentence: `It does ${id}.`, level, source: 'guide', needs };
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
  matches: /nil pointer/,
};
const old = { exporter: 'v2.5.0', kubernetes: 'v1.24.17+k3s1' };

describe('one defect gives one failure', () => {
  const chain = [declared('a/root'), declared('a/middle', ['a/root']), declared('a/leaf', ['a/middle'])];

  test('what failed because its prerequisite failed is skipped and names the beginning of the chain', () => {
    const { requirements, partial } = settle(
      chain.map(({ id }) => failed(id)),
      chain,
      [],
      {},
    );
    expect(requirements.map(({ status }) => status)).toEqual(['failed', 'skipped', 'skipped']);
    expect(requirements[2]?.reason).toBe('needs a/root, which failed');
    expect(partial).toBeUndefined();
  });

  test('the chain is followed through a prerequisite that passed', () => {
    const { requirements } = settle([failed('a/root'), passed('a/middle'), failed('a/leaf')], chain, [], {});
    expect(requirements.map(({ status }) => status)).toEqual(['failed', 'passed', 'skipped']);
  });

  test('a failure whose prerequisites all passed remains a failure', () => {
    const { requirements } = settle([passed('a/root'), passed('a/middle'), failed('a/leaf')], chain, [], {});
    expect(requirements[2]).toMatchObject({ status: 'failed', observed: 'it did not' });
  });

  test('a prerequisite that never ran excuses nothing', () => {
    const { requirements } = settle([failed('a/leaf')], chain, [], {});
    expect(requirements[2]?.status).toBe('failed');
  });

  test('a failed should does not hide the failure of a must', () => {
    const records = [declared('a/nice', [], 'should'), declared('a/vital', ['a/nice'])];
    const { requirements } = settle([failed('a/nice'), failed('a/vital')], records, [], {});
    expect(requirements[1]?.status).toBe('failed');
  });

  test('a second try that passed does not undo the first failure', () => {
    const { requirements } = settle([failed('a/root'), passed('a/root')], [declared('a/root')], [], {});
    expect(requirements[0]?.status).toBe('failed');
  });

  test('a failure without a message still says that it failed', () => {
    const { requirements } = settle([{ id: 'a/root', status: 'failed', durationMs: 1 }], [declared('a/root')], [], {});
    expect(requirements[0]?.observed).toBe('The requirement failed without a message.');
  });
});

describe('a known issue', () => {
  const records = [declared('resilience/ingress'), declared('resilience/after', ['resilience/ingress'])];

  test('is told from a failure when version and text are its own', () => {
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

  test('makes the run partial when what needs it was skipped with it', () => {
    const skipped: RawResult = { id: 'resilience/after', status: 'skipped', reason: 'resilience/ingress failed', durationMs: 0 };
    const { requirements, partial } = settle([failed('resilience/ingress', 'nil pointer'), skipped], records, [crash], old);
    expect(requirements.map(({ status }) => status)).toEqual(['known-issue', 'skipped']);
    expect(partial).toBe('came-about');
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

  test('that did not occur is a pass which says so', () => {
    const { requirements } = settle([passed('resilience/ingress'), passed('resilience/after')], records, [crash], old);
    expect(requirements[0]).toMatchObject({
      status: 'passed',
      knownIssue: 'crash',
      reason: 'The known issue did not occur: It crashes.',
    });
    expect(requirements[1]).not.toHaveProperty('reason');
  });
});

describe('what did not run', () => {
  const records = [declared('a/one'), declared('a/two')];

  test('is skipped, and makes the run partial', () => {
    const { requirements, partial } = settle([passed('a/one')], records, [], {});
    expect(requirements[1]).toMatchObject({ status: 'skipped', reason: 'did not run', durationMs: 0 });
    expect(partial).toBe('came-about');
  });

  test('because the user asked is partial as asked, with the reason', () => {
    const { requirements, partial } = settle([passed('a/one')], records, [], {
      skipped: new Map([['a/two', 'not among --only a/one']]),
    });
    expect(requirements[1]).toMatchObject({ status: 'skipped', reason: 'not among --only a/one' });
    expect(partial).toBe('asked');
  });

  test('because no feature of the profile brings it is not applicable, and not partial', () => {
    const { requirements, partial } = settle([passed('a/one')], records, [], {
      notApplicable: new Map([['a/two', 'no toleration promised']]),
    });
    expect(requirements[1]).toMatchObject({ status: 'not-applicable', reason: 'no toleration promised' });
    expect(partial).toBeUndefined();
  });

  test('outweighs what was asked for when it came about by itself', () => {
    const { partial } = settle([], records, [], { skipped: new Map([['a/two', 'not among --only a/one']]) });
    expect(partial).toBe('came-about');
  });

  test('because the cluster keeps it from being judged is not applicable, and the run is still whole', () => {
    const result = { id: 'a/two', status: 'not-applicable', reason: 'Nothing shows the user.', durationMs: 3 } as const;
    const { requirements, partial } = settle([passed('a/one'), result], records, [], {});
    expect(requirements[1]).toMatchObject({ status: 'not-applicable', reason: 'Nothing shows the user.' });
    expect(partial).toBeUndefined();
  });

  test('because the spec gave up on its own account is partial, and keeps its reason', () => {
    const { requirements, partial } = settle(
      [passed('a/one'), { id: 'a/two', status: 'skipped', reason: 'no time', durationMs: 0 }],
      records,
      [],
      {},
    );
    expect(requirements[1]?.reason).toBe('no time');
    expect(partial).toBe('came-about');
  });
});

test('a result that belongs to no requirement is refused by name', () => {
  expect(() => settle([passed('a/unheard-of')], [], [], {})).toThrow('"a/unheard-of", which no spec declares');
});
