import { knownIssues } from '../accounting/known-issue-table.ts';
import { knownTargets } from '../exporter/known.ts';
import { deriveTarget } from '../exporter/target.ts';
import { validateReferences } from '../report/causes.ts';
import { declaredRequirements } from './declared.ts';

const declared = await declaredRequirements();
const ids = declared.map(({ id }) => id);

test('there are at least sixty requirements, each with a sentence and a source', () => {
  expect(ids.length).toBeGreaterThanOrEqual(60);
  for (const { id, sentence, source } of declared) {
    expect({ id, sentence }).toEqual({ id, sentence: expect.stringMatching(/^[A-Z/].*\.$/) });
    expect({ id, source: source.length > 5 }).toEqual({ id, source: true });
  }
});

test('what a requirement needs, or is explained by, is a requirement, without a circle', () => {
  expect(() => validateReferences(declared)).not.toThrow();
});

test('every known issue refers to a declared requirement', () => {
  for (const { id, requirement } of knownIssues) expect({ id, known: ids.includes(requirement) }).toEqual({ id, known: true });
});

test('serial requirements are in files of their own', () => {
  for (const { id, serial, file } of declared) {
    expect({ id, serial: file.endsWith('.serial.spec.ts') }).toEqual({ id, serial });
  }
});

test('of a Deployment, few serial requirements disturb others; of a StatefulSet, what restarts it does as well', () => {
  const target = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });
  const disturbing = (kind: string) => {
    const workloads = [{ ...target, workload: { ...target.workload, kind } }];
    return declared.filter(({ serial, besideOthers }) => serial && !besideOthers?.(workloads)).map(({ id }) => id);
  };
  const restarting = [
    'resilience/outlives-a-slow-reader',
    'resilience/comes-back-with-the-same-series',
    'scenarios/outlives-a-rollout',
  ];

  expect(disturbing('StatefulSet').filter((id) => !disturbing('Deployment').includes(id))).toEqual(restarting);
  expect(disturbing('Deployment')).toEqual(expect.arrayContaining(['resilience/survives-resource-backend']));
  expect(disturbing('StatefulSet')).not.toEqual(expect.arrayContaining(['resilience/survives-two-shards']));
});

test('the areas are listed from the manifests on', () => {
  const areas = [...new Set(declared.map(({ area }) => area))];
  expect(areas.slice(0, 3)).toEqual(['manifests', 'scheduling', 'probes']);
});

test('only what cannot be attempted otherwise blocks', () => {
  expect([...new Set(declared.flatMap(({ needs }) => needs))].sort()).toEqual([
    'endpoints/metrics',
    'exposition/can-be-judged',
    'manifests/service-selects-the-pod',
    'probes/starts',
    'scenarios/found-by-dns',
    'scenarios/found-by-kubernetes',
    'scheduling/node-is-tainted',
  ]);
});

test('what a requirement is about, when it declares that, replaces what its area is about', () => {
  const scopeOf = (name: string) => {
    const { whole = false, byAccount = false } = declared.find(({ id }) => id === name) ?? {};
    return { whole, byAccount };
  };

  expect(scopeOf('access/denies-writes')).toEqual({ whole: false, byAccount: true });
  expect(scopeOf('access/in-force-before-the-deployment')).toEqual({ whole: true, byAccount: false });
  expect(scopeOf('access/log-without-forbidden')).toEqual({ whole: false, byAccount: false });
  expect(scopeOf('manifests/binding-names-the-account')).toEqual({ whole: false, byAccount: true });
});
