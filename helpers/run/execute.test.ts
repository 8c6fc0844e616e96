import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownTargets } from '../exporter/known.ts';
import { RequirementFailure } from '../failure.ts';
import type { AreaContext, RequirementContext } from '../suite/context.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import { readResult, readResults } from '../suite/result-file.ts';
import type { RunState } from '../suite/run-state.ts';
import { executeRequirements, inOrderOfNeeds } from './execute.ts';

const step = (id: string, ...needs: string[]) => ({ id, file: id.split('/')[0] ?? '', needs });

/** The trace: `+` a step started, `-` it ended. */
async function traced(steps: readonly Parameters<typeof inOrderOfNeeds>[0][number][], width = 4): Promise<string> {
  const trace: string[] = [];
  await inOrderOfNeeds(steps, width, async ({ id }) => {
    trace.push(`+${id}`);
    await new Promise((resolve) => setImmediate(resolve));
    trace.push(`-${id}`);
  });
  return trace.join(' ');
}

test('steps of a file are executed one after another, steps of several files at the same time', async () => {
  expect(await traced([step('a/1'), step('a/2'), step('b/1')])).toMatch(/^\+a\/1 \+b\/1 -a\/1 .*\+a\/2/);
  expect(await traced([step('a/1'), step('b/1')], 1)).toBe('+a/1 -a/1 +b/1 -b/1');
});

test('a step waits for what it needs while the next of its file is executed; a need that is no step counts as finished', async () => {
  const trace = await traced([step('a/1', 'b/1'), step('a/2'), step('b/1', 'elsewhere')]);

  expect(trace).toBe('+a/2 +b/1 -a/2 -b/1 +a/1 -a/1');
});

test('concurrent steps of a file are executed at the same time, and count as a single file', async () => {
  const concurrent = (id: string, ...needs: string[]) => ({ ...step(id, ...needs), concurrent: true });

  expect(await traced([concurrent('a/1'), concurrent('a/2'), step('b/1')], 1)).toBe('+a/1 +a/2 -a/1 -a/2 +b/1 -b/1');
  expect(await traced([concurrent('a/1'), step('a/2'), concurrent('a/3', 'a/2')])).toBe('+a/1 -a/1 +a/2 -a/2 +a/3 -a/3');
});

test('a free step takes no place of others, and waits for what it needs alone', async () => {
  const free = { ...step('a/2', 'b/1'), free: true };

  expect(await traced([step('a/1'), free, step('b/1')], 1)).toBe('+a/1 -a/1 +b/1 -b/1 +a/2 -a/2');
  expect(await traced([step('a/1'), { ...free, needs: [] }, step('b/1')], 1)).toBe('+a/1 +a/2 -a/1 +b/1 -a/2 -b/1');
});

test('steps that need each other are an error, and so is what a step throws', async () => {
  await expect(traced([step('a/1', 'b/1'), step('b/1', 'a/1')])).rejects.toThrow('These need each other: a/1, b/1.');
  await expect(inOrderOfNeeds([step('a/1')], 1, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

describe('requirements', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'execute-'));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  const execute = (
    requirements: readonly DeclaredRequirement[],
    bail = false,
    {
      clusterKind = 'k3s',
      notPromised = [],
      context = {} as AreaContext,
    }: Partial<Pick<RunState, 'clusterKind' | 'notPromised'> & { context: AreaContext }> = {},
  ) => {
    const manifests = knownTargets.agent.rendering();
    const versions = { exporter: 'v2.5.0', kubernetes: 'v1.24.17' };
    const run = { directory, clusterKind, ...versions, notPromised, manifests, targetName: 'agent' } as unknown as RunState;
    return executeRequirements(run, requirements, { parallelFiles: 4, bail, contextFor: async () => context });
  };

  const requirement = (id: string, verify: () => Promise<void>, settings: Partial<DeclaredRequirement> = {}) => {
    const area = id.split('/')[0] ?? '';
    const place = { area, file: `specs/${area}/${area}.spec.ts`, source: 'a test', sentence: 'It holds.' };
    return { id, ...place, level: 'must', feature: 'core', needs: [], serial: false, verify, ...settings } as DeclaredRequirement;
  };
  const holds = () => Promise.resolve();
  const fails = () => Promise.reject(new RequirementFailure('it to hold', 'it does not'));

  test('a requirement waits for the result of what it needs, though it comes first', async () => {
    await execute([requirement('a/1', holds, { needs: ['b/1'] }), requirement('b/1', fails)]);

    expect(readResult(directory, 'b/1')).toMatchObject({ status: 'failed' });
    expect(readResult(directory, 'a/1')?.status).not.toBe('passed');
  });

  test('what it needs outside of the run is not waited for', async () => {
    await execute([requirement('a/1', holds, { needs: ['b/1'] })]);

    expect(readResult(directory, 'a/1')).toMatchObject({ status: 'passed' });
  });

  test('what a file starts early is begun once, before its first requirement can run; its failure is that of whoever uses it', async () => {
    const order: string[] = [];
    const noted = (id: string) => async () => void order.push(id);
    const prepare = async () => {
      order.push('prepared');
      throw new Error('refused');
    };
    const needs = ['b/1'];
    await execute([
      requirement('a/1', noted('a/1'), { needs, prepare }),
      requirement('a/2', noted('a/2'), { needs, prepare }),
      requirement('b/1', async () => {
        await new Promise((resolve) => setImmediate(resolve));
        order.push('b/1');
      }),
    ]);

    expect(order).toEqual(['prepared', 'b/1', 'a/1', 'a/2']);
  });

  test('what takes longest gets the next place that is free, before what is declared before it', async () => {
    const order: string[] = [];
    const noted = (id: string) => async () => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push(id);
    };
    const others = ['b', 'c', 'd', 'e'].flatMap((area) => [1, 2, 3].map((index) => `${area}/${index}`));
    await execute([
      ...others.map((id) => requirement(id, noted(id))),
      requirement('z/1', noted('z/1'), { needs: ['b/1'], long: true }),
    ]);

    expect(order.indexOf('z/1')).toBeLessThan(order.indexOf('b/3'));
  });

  test('on a simulated cluster nothing starts early, and the requirements of a file are executed one after another', async () => {
    const order: string[] = [];
    const noted = (id: string) => async () => {
      order.push(`+${id}`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`-${id}`);
    };
    const settings = { concurrent: true, prepare: async () => void order.push('prepared') };
    const requirements = ['a/1', 'a/2'].map((id) => requirement(id, noted(id), settings));

    await execute(requirements, false, { clusterKind: 'simulated' });
    expect(order.splice(0)).toEqual(['+a/1', '-a/1', '+a/2', '-a/2']);

    await execute(requirements);
    expect(order).toEqual(['prepared', '+a/1', '+a/2', '-a/1', '-a/2']);
  });

  test('serial requirements come after all others', async () => {
    const order: string[] = [];
    const noted = (id: string) => async () => void order.push(id);
    await execute([requirement('a/1', noted('a/1'), { serial: true }), requirement('b/1', noted('b/1'))]);

    expect(order).toEqual(['b/1', 'a/1']);
  });

  test('serial requirements that do not disturb the exporter of the run are executed beside the others in a cluster of its own', async () => {
    const order: string[] = [];
    const noted = (id: string) => async () => void order.push(id);
    const requirements = [
      requirement('a/1', noted('a/1'), { serial: true, besideOthers: () => false }),
      requirement('a/2', noted('a/2'), { serial: true, besideOthers: ([target]) => target?.workload.kind === 'Deployment' }),
      requirement('b/1', noted('b/1')),
    ];

    await execute(requirements);
    expect(order.splice(0)).toEqual(['a/2', 'b/1', 'a/1']);

    for (const clusterKind of ['simulated', 'kubeconfig'] as const) {
      await execute(requirements, false, { clusterKind });
      expect(order.splice(0)).toEqual(['b/1', 'a/1', 'a/2']);
    }
  });

  test('what a requirement about each workload starts early is begun for each, what its file shares once', async () => {
    const prepared: string[] = [];
    const contexts = ['whole', 'first', 'second'].map((unique) => ({ unique }) as AreaContext);
    const [whole, ...each] = contexts as [AreaContext, ...AreaContext[]];
    const prepare = async ({ unique }: RequirementContext) => void prepared.push(unique);
    const shared = async ({ unique }: RequirementContext) => void prepared.push(`shared ${unique}`);
    const requirements = [
      requirement('a/1', holds, { prepare }),
      requirement('a/2', holds, { prepare: shared, whole: true }),
      requirement('a/3', holds, { prepare: shared, whole: true }),
    ];

    await execute(requirements, false, { context: { ...whole, each } });
    expect(prepared).toEqual(['first', 'second', 'shared whole']);
  });

  test('bail does not end at a failure of what is not promised', async () => {
    await execute([requirement('a/1', fails), requirement('a/2', holds)], true, { notPromised: ['a/1'] });

    expect(readResult(directory, 'a/2')).toMatchObject({ status: 'passed' });
  });

  test('after a failure, bail starts nothing more; without it, everything is executed', async () => {
    const requirements = [requirement('a/1', fails), requirement('a/2', holds), requirement('b/1', holds, { serial: true })];
    await execute(requirements, true);
    expect(readResults(directory).map(({ id }) => id)).toEqual(['a/1']);

    await execute(requirements);
    expect(readResults(directory)).toHaveLength(3);
  });
});
