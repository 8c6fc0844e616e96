import { readFile } from 'node:fs/promises';
import { endingFaults } from '../../fixtures/faults/crashes.ts';
import { faults } from '../../fixtures/faults/repeated-series.ts';
import { fixtures } from '../../fixtures/index.ts';
import { horizontalPodAutoscalers } from '../catalogue/resources/horizontalpodautoscalers.ts';
import { readExposition } from '../exposition/read.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { PageTaker } from '../kube/pages.ts';
import { inRange } from '../version.ts';
import { account } from './account.ts';
import { knownIssuesPage } from './known-issue-page.ts';
import { knownIssues } from './known-issue-table.ts';
import { knownIssuesMetIn, metKnownIssues, newEnds, writeMetKnownIssue } from './known-issues.ts';
import { exposition } from './testing/account-for.ts';

const autoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'h', namespace: 'a', uid: 'u', resourceVersion: '1' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, minReplicas: 1, maxReplicas: 3 },
  status: { currentReplicas: 1, desiredReplicas: 1 },
};
const headers = horizontalPodAutoscalers.families
  .filter(({ since, optIn }) => since === undefined && !optIn)
  .map(({ name, type }) => `# TYPE ${name} ${type}`)
  .join('\n');

function accountFor(kubernetes: string, objects = [autoscaler], exporter = 'v2.5.0') {
  const tables = [horizontalPodAutoscalers];
  return account({ exposition: exposition(headers), objects, exporter, kubernetes, tables });
}

test('2.5 on Kubernetes 1.34 exposes no autoscaler, a known issue', () => {
  const accounting = accountFor('v1.34.1');

  expect(accounting.missing).toEqual([]);
  expect(accounting.known).toContain(
    'kube_horizontalpodautoscaler_spec_max_replicas{namespace="a",horizontalpodautoscaler="h"} 3',
  );
  expect(accounting.knownIssues).toMatchObject([
    { issue: { id: 'horizontalpodautoscalers-missing' }, differences: accounting.known.length },
  ]);
});

test('on Kubernetes 1.24 the same samples are missing', () => {
  const accounting = accountFor('v1.24.17');

  expect(accounting.known).toEqual([]);
  expect(accounting.missing).toContain(
    'kube_horizontalpodautoscaler_spec_max_replicas{namespace="a",horizontalpodautoscaler="h"} 3',
  );
});

test('without an object the known issue is not listed', () => {
  expect(accountFor('v1.34.1', []).knownIssues).toEqual([]);
});

test('a sample that is exposed despite the known issue is explained, and the issue did not occur', () => {
  const denylist = [/^(?!kube_horizontalpodautoscaler_spec_max_replicas$)/];
  const accounting = account({
    exposition: exposition(`# TYPE kube_horizontalpodautoscaler_spec_max_replicas gauge
      kube_horizontalpodautoscaler_spec_max_replicas{namespace="a",horizontalpodautoscaler="h"} 3`),
    objects: [autoscaler],
    exporter: 'v2.5.0',
    kubernetes: 'v1.34.1',
    options: { metricDenylist: denylist },
    tables: [horizontalPodAutoscalers],
  });

  expect(accounting).toMatchObject({ explained: 1, known: [], differences: [] });
  expect(accounting.knownIssues).toMatchObject([{ differences: 0 }]);
});

function expectedOf(requirement: string, exporter: string, kubernetes: string): string[] {
  return knownIssues
    .filter((each) => each.requirement === requirement)
    .filter((each) => inRange(exporter, each.exporter) && inRange(kubernetes, each.kubernetes))
    .map(({ id }) => id);
}

const reads = 'endpoints/reads-without-errors';

test('the guide’s exporter is expected to crash on a resource backend and to wait for slow readers', () => {
  expect(expectedOf('resilience/survives-resource-backend', 'v2.5.0', 'v1.24.17+k3s1')).toEqual(['ingress-resource-backend']);
  expect(expectedOf('resilience/outlives-a-slow-reader', 'v2.5.0', 'v1.24.17+k3s1')).toEqual(['slow-reader-blocks-scrapes']);
});

test('the current exporter is expected to do neither', () => {
  expect(expectedOf('resilience/survives-resource-backend', 'v2.20.0', 'v1.34.1')).toEqual([]);
  expect(expectedOf('resilience/outlives-a-slow-reader', 'v2.20.0', 'v1.34.1')).toEqual([]);
});

test('from Kubernetes 1.26 on, the autoscalers of the old exporters are expected to be missing', () => {
  expect(expectedOf(reads, 'v2.6.0', 'v1.34.1')).toEqual(['horizontalpodautoscalers-not-listed']);
  expect(expectedOf('exposition/horizontalpodautoscaler', 'v2.6.0', 'v1.34.1')).toEqual(['horizontalpodautoscalers-missing']);
});

test('on a cluster of its time the guide’s exporter is expected to read every resource that it requests', () => {
  expect(expectedOf(reads, 'v2.5.0', 'v1.24.17+k3s1')).toEqual([]);
});

test('the current exporter is expected to request mutating admission policies until Kubernetes serves them', () => {
  expect(expectedOf(reads, 'v2.20.0', 'v1.34.1')).toEqual(['mutating-admission-policies-not-listed']);
  expect(expectedOf(reads, 'v2.20.0', 'v1.36.0')).toEqual([]);
});

test('an API server that does not stream lists is expected to refuse streams to the exporters that request them', () => {
  expect(expectedOf(reads, 'v2.19.0', 'v1.33.4')).toContain('lists-not-streamed');
  expect(expectedOf(reads, 'v2.18.0', 'v1.33.4')).not.toContain('lists-not-streamed');
  expect(expectedOf(reads, 'v2.19.0', 'v1.34.1')).not.toContain('lists-not-streamed');
});

test('the ids of known issues are unique', () => {
  expect(new Set(knownIssues.map(({ id }) => id)).size).toBe(knownIssues.length);
});

test('a malformed range is refused with its part', () => {
  expect(() => inRange('v2.5.0', '^2.5')).toThrow('"^2.5" is not part of a version range');
});

const fixtureContext = { run: 'r4nd0m', namespace: 'conformance-r4nd0m-fixtures', workloadImage: 'busybox:1.35' };

/** The objects of a fault, with the status that it patches. */
function objectsOf({ objects, states }: (typeof faults)[number]) {
  const patches = states?.(fixtureContext) ?? [];
  return objects(fixtureContext).map((object) => {
    const state = patches.find(({ target }) => target.name === object.metadata.name);
    return { ...object, ...state?.patch };
  });
}

const ofObjects = knownIssues.filter(({ objects }) => objects !== undefined);

test.each(ofObjects)('$id is met by an object of the fault that its requirement tries', ({ requirement, objects }) => {
  const tried = [...endingFaults, ...faults].filter(({ name }) => requirement.endsWith(`-${name}`)).flatMap(objectsOf);

  expect(tried.filter(({ kind }) => kind === objects?.kind).some((object) => objects?.isMetBy(object))).toBe(true);
});

test.each(ofObjects.filter(({ objects }) => objects?.effect !== 'wrong'))('$id is met by no fixture', ({ objects }) => {
  const others = fixtures.flatMap((fixture) => fixture.objects(fixtureContext)).filter(({ kind }) => kind === objects?.kind);

  expect(others).not.toEqual([]);
  expect(others.filter((object) => objects?.isMetBy(object))).toEqual([]);
});

describe('the known issues that the objects of a cluster meet', () => {
  const nightly = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly', namespace: 'shop' },
    spec: { schedule: '*/60 * * * *' },
  };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'any-port', namespace: 'shop' },
    ports: [{ name: '', protocol: 'TCP' }],
  };
  const metBy = (exporter: string, options = {}, kubernetes: string | undefined = 'v1.34.1') =>
    metKnownIssues({ exporter, kubernetes, options }, [nightly, slice]).map(({ issue, names }) => [issue.id, ...names]);

  test('are those of its release', () => {
    expect(metBy('v2.19.0')).toEqual([
      ['cronjob-step', 'CronJob shop/nightly'],
      ['endpointslice-port', 'EndpointSlice shop/any-port'],
    ]);
    expect(metBy('v2.19.1')).toEqual([
      ['endpointslice-port', 'EndpointSlice shop/any-port'],
      ['cronjob-step-invalid', 'CronJob shop/nightly'],
    ]);
    expect(metBy('v2.18.0')).toEqual([['endpointslice-port', 'EndpointSlice shop/any-port']]);
  });

  test('are those of the resources that the exporter reads', () => {
    expect(metBy('v2.17.0')).toEqual([]);
    expect(metBy('v2.17.0', { resources: new Set(['endpointslices']) })).toEqual([
      ['endpointslice-port', 'EndpointSlice shop/any-port'],
    ]);
  });

  test('are those of the namespaces that the exporter lists', () => {
    expect(metBy('v2.19.0', { namespaces: new Set(['shop']) })).toHaveLength(2);
    expect(metBy('v2.19.0', { namespaces: new Set(['other']) })).toEqual([]);
    expect(metBy('v2.19.0', { namespacesDenylist: new Set(['shop']) })).toEqual([]);
  });

  test('are the same when the cluster is read', async () => {
    const eachOf = async ({ kind }: { kind: string }, { take }: PageTaker<KubernetesObject>) =>
      [nightly, slice].filter((object) => object.kind === kind).forEach(take);
    const client = { mapper: { serves: () => true }, eachOf } as unknown as KubeClient;
    const metIn = async (namespace: string) => {
      const options = { namespaces: new Set([namespace]) };
      const { met } = await knownIssuesMetIn(client, { exporter: 'v2.19.0', kubernetes: 'v1.34.1', options });
      return met.map(({ issue, names }) => [issue.id, ...names]);
    };

    expect(await metIn('shop')).toEqual(metBy('v2.19.0'));
    expect(await metIn('other')).toEqual([]);
  });

  test('are named once where a list of the cluster begins again', async () => {
    const client = {
      mapper: { serves: (_: string, kind: string) => kind === 'CronJob' },
      eachOf: async (_: unknown, { take, restart }: PageTaker<KubernetesObject>) => {
        take(nightly);
        restart();
        take(nightly);
      },
    } as unknown as KubeClient;
    const exporter = { exporter: 'v2.19.0', kubernetes: 'v1.34.1', options: {} };

    expect((await knownIssuesMetIn(client, exporter)).met).toMatchObject([{ names: ['CronJob shop/nightly'] }]);
  });

  test('are news where they end the exporter and not another release in the same cluster', () => {
    const inCluster = (exporter: string) => ({ exporter, kubernetes: 'v1.34.1', options: {} });
    const ends = (exporter: string, old: string) =>
      newEnds(metKnownIssues(inCluster(exporter), [nightly, slice]), inCluster(old)).map(({ issue }) => issue.id);

    expect(ends('v2.19.0', 'v2.18.0')).toEqual(['cronjob-step']);
    expect(ends('v2.19.0', 'v2.17.0')).toEqual(['cronjob-step', 'endpointslice-port']);
    expect(ends('v2.20.0', 'v2.18.0')).toEqual([]);
  });

  test('are written with the objects and what to do', () => {
    const [met] = metKnownIssues({ exporter: 'v2.19.0', kubernetes: undefined, options: {} }, [nightly]);

    expect(met && writeMetKnownIssue(met)).toMatch(
      /^Known issue cronjob-step is met by CronJob shop\/nightly: Exporter 2\.19\.0 crashes .* Use another release than 2\.19\.0, .*#2967/,
    );
  });
});

test('docs/known-issues.md is generated from the list (npm run known-issues)', async () => {
  expect(await readFile(new URL('../../docs/known-issues.md', import.meta.url), 'utf8')).toBe(knownIssuesPage());
});

test('every known issue has a reference and says what to do', () => {
  for (const { id, reference, advice } of knownIssues)
    expect({ id, reference, advice }).toEqual({
      id,
      reference: expect.stringMatching(/\w{4}/),
      advice: expect.stringMatching(/^[A-Z].*\.$/),
    });
});

/** As releases from 2.10 through 2.16 expose custom resource state, in either format. */
test.each([
  ['custom-resource-types-in-text', 'text', 'kube_customresource_about'],
  ['openmetrics-custom-resource-types', 'openmetrics', 'kube_customresource_about'],
  ['openmetrics-custom-resource-types', 'openmetrics', 'kube_customresource_about_info'],
] as const)('%s explains every violation of the %s of %s', async (id, format, info) => {
  const state = 'kube_customresource_phase';
  const lines = [`# TYPE ${info} info`, `${info}{colour="red"} 1`, `# TYPE ${state} stateset`, `${state}{phase="Active"} 1`];
  const body = [...lines, ...(format === 'openmetrics' ? ['# EOF'] : []), ''].join('\n');
  const { violations } = await readExposition(body, { format });
  const matches = knownIssues.find((issue) => issue.id === id)?.matches;

  expect(violations).toHaveLength(2);
  expect(violations.filter(({ message }) => !matches?.test(`line 1, column 1, …: ${message}`))).toEqual([]);
});
