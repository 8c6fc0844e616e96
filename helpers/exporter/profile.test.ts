import { readFileSync } from 'node:fs';
import { packageDirectory } from '../source.ts';
import { parseVersion } from '../version.ts';
import { knownTargets } from './known.ts';
import { promisedProbes } from './paths.ts';
import { completed, type Feature, features, type Profile, profileNames, profiles } from './profile.ts';
import { parseProfile, profileOf, profileValidator } from './profile-file.ts';
import { deriveTarget } from './target.ts';

const schema = JSON.parse(readFileSync(new URL('docs/profile.schema.json', packageDirectory), 'utf8'));
const validate = await profileValidator();
const parsed = (text: string) => parseProfile(text, 'ours/promises.yaml', validate);

describe('built-in profiles', () => {
  test('the standard profile has all features of the agent profile except the toleration and the limits', () => {
    const standard: readonly Feature[] = profiles.standard.features;
    expect(profiles.agent.features.filter((feature) => !standard.includes(feature))).toEqual([
      'tainted-control-plane',
      'resource-limits',
    ]);
  });

  test.each(profileNames)('%s has a value for each feature that needs one, and none of another feature', (name) => {
    const { features: promised, cluster, promises }: Profile = profiles[name];
    const has = (feature: Feature) => promised.includes(feature);

    expect({
      taint: cluster.taint !== undefined,
      labels: promises.labels !== undefined,
      metrics: promises.ports?.metrics !== undefined,
      telemetry: promises.ports?.telemetry !== undefined,
      resources: promises.resources !== undefined,
      sharding: promises.sharding !== undefined,
    }).toEqual({
      taint: has('tainted-control-plane'),
      labels: has('common-labels'),
      metrics: has('named-ports'),
      telemetry: has('telemetry-port'),
      resources: has('resource-limits'),
      sharding: has('sharding'),
    });
    expect(promised).toContain('core');
    expect(promised).not.toContain('documented-rendering');
  });

  test('the chart that shards itself promises what the chart promises, a headless Service and its shards', () => {
    const { features: promised, promises } = profiles['chart-autosharding'];

    expect(promised).toEqual([...profiles.chart.features, 'headless-service', 'sharding']);
    expect(promises).toEqual({ ...profiles.chart.promises, sharding: 'autosharding' });
  });

  test('the newer probe URLs are promised from 2.13 on, and the older ones are accepted', () => {
    expect(promisedProbes(parseVersion('2.12.0')).liveness.paths).toEqual(['/healthz']);
    expect(promisedProbes(parseVersion('2.13.0')).liveness.paths).toEqual(['/livez', '/healthz']);
  });
});

describe('a completed profile', () => {
  const target = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });

  test('has the values of the deployment where it promises none', () => {
    expect(completed(profiles.core, target).promises).toEqual({
      labels: { 'app.kubernetes.io/name': 'kube-state-metrics' },
      ports: { metrics: 'http-metrics', telemetry: 'telemetry' },
      resources: target.container.resources,
      user: 65534,
    });
  });

  test('keeps what it promises, whatever the deployment has', () => {
    const { promises } = completed(profiles['kube-prometheus'], target);
    expect(promises).toEqual(profiles['kube-prometheus'].promises);
  });
});

describe('a profile file', () => {
  test('changes what it extends, feature by feature and value by value', () => {
    const profile = parsed(`
extends: chart
features: { headless-service: true, telemetry-port: true, documented-probes: false, tainted-control-plane: true }
ports: { telemetry: metrics }
taint: { key: dedicated, value: monitoring, effect: NoExecute }
permissions: { allowed: can read }
scraperLabels: { app: prometheus }
clusterDomain: example.internal
`);

    expect(profile.name).toBe('promises');
    expect(new Set(profile.features)).toEqual(
      new Set([
        ...profiles.chart.features.filter((feature) => feature !== 'documented-probes'),
        'headless-service',
        'telemetry-port',
        'tainted-control-plane',
      ]),
    );
    expect(profile).toMatchObject({
      cluster: { domain: 'example.internal', taint: { key: 'dedicated', value: 'monitoring', effect: 'NoExecute' } },
      permissions: { required: 'reads', allowed: 'can read' },
      promises: {
        labels: profiles.chart.promises.labels,
        ports: { metrics: 'http', telemetry: 'metrics' },
        toleration: { key: 'dedicated', operator: 'Exists', effect: 'NoExecute' },
        scraperLabels: { app: 'prometheus' },
      },
    });
  });

  test('drops the value of a feature that it switches off', () => {
    const { cluster, promises } = parsed(`
extends: agent
features: { tainted-control-plane: false, resource-limits: false, telemetry-port: false }
`);

    expect(cluster).not.toHaveProperty('taint');
    expect(promises).not.toHaveProperty('toleration');
    expect(promises).not.toHaveProperty('resources');
    expect(promises.ports).toEqual({ metrics: 'http-metrics' });
  });

  test.each([
    [
      'an unknown feature',
      'extends: chart\nfeatures:\n  headles-service: true\n',
      3,
      '"headles-service" is not a feature; did you mean headless-service?',
    ],
    ['an unknown key', 'extends: chart\n\nlables: {}\n', 3, '"lables" is not a key; did you mean labels?'],
    [
      'an unknown key below another',
      'extends: chart\nports:\n  metric: http\n',
      3,
      '"metric" is not a key of ports; did you mean metrics?',
    ],
    [
      'a feature that is neither on nor off',
      'extends: chart\nfeatures: { headless-service: maybe }\n',
      2,
      'features.headless-service is string: expected boolean.',
    ],
    ['a list for a map', 'extends: chart\nlabels: [a]\n', 2, 'labels is a list: expected object.'],
    ['a profile that does not exist', 'name: ours\nextends: charts\n', 2, 'extends is "charts": expected core, agent'],
    [
      'an unknown resource',
      'extends: chart\nexposes: [pods, deployment]\n',
      2,
      'exposes has "deployment", which is not a resource of --resources; did you mean deployments?',
    ],
    ['no profile that it extends', 'name: ours\n', 1, 'the file has no extends, which it must have.'],
    ['an empty file', '', 1, 'the file is empty: expected object.'],
    ['a key that is set twice', 'extends: chart\nuser: 1\nuser: 2\n', 3, 'This is not valid YAML: Map keys must be unique.'],
    ['no YAML', 'extends: chart\nlabels: {a\n', 3, 'This is not valid YAML: '],
    [
      'a promise without its value',
      'extends: core\nfeatures:\n  named-ports: true\n',
      3,
      'named-ports is promised without a value: set ports.metrics, as the profile core has none.',
    ],
    [
      'a value without its promise',
      'extends: chart\nresources: { requests: { cpu: 1m, memory: 1Mi }, limits: { cpu: 1m, memory: 1Mi } }\n',
      2,
      'resources has no meaning, as the profile does not promise resource-limits: add it to features, or remove it.',
    ],
  ])('with %s is refused by its line', (_, text, line, sentence) => {
    expect(() => parsed(text)).toThrow(`ours/promises.yaml:${line}: `);
    expect(() => parsed(text)).toThrow(sentence);
  });

  test('is described by its schema with every feature and every profile there is', () => {
    const described = Object.entries<{ readonly description: string }>(schema.properties.features.properties);
    const promisable = Object.entries(features).filter(([name]) => name !== 'core' && name !== 'documented-rendering');

    expect(described.map(([name, { description }]) => [name, description])).toEqual(promisable);
    expect(schema.properties.extends.enum).toEqual(profileNames);
  });
});

test('a name is that of a profile, or of a file; another one is refused with the nearest', async () => {
  expect(await profileOf(undefined)).toBe(profiles.core);
  expect(await profileOf('chart')).toBe(profiles.chart);
  await expect(profileOf('cahrt')).rejects.toThrow('There is no profile or file "cahrt"; did you mean chart?');
  await expect(profileOf('helpers')).rejects.toThrow('The profile helpers cannot be read: EISDIR');
});
