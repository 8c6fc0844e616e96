import { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { addGateOptions, parseGateOptions } from './options.ts';

const both = ['--from', 'v2.5.0', '--to', 'v2.20.0'];

const before = { ...process.env };

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('CONFORMANCE_')) delete process.env[name];
});
afterAll(() => {
  process.env = before;
});

test('only --from and --to are required', () => {
  expect(parseGateOptions(both)).toMatchObject({
    from: 'v2.5.0',
    to: 'v2.20.0',
    sources: { rules: [], dashboards: [] },
    scrape: { labels: {} },
    conformance: true,
    run: { reports: 'reports' },
  });
});

test('options shared with a conformance run take flags before the environment', () => {
  const argv = [...both, '--k3s-image', 'node:a', '--rules', 'a/*.yaml', '--rules', 'b.yaml,c.yaml', '--load', 'pods=5000'];
  Object.assign(process.env, { CONFORMANCE_K3S_IMAGE: 'node:b', CONFORMANCE_PROMETHEUS_IMAGE: 'prom:c' });
  const options = parseGateOptions(argv);

  expect(options).toMatchObject({
    sources: { rules: ['a/*.yaml', 'b.yaml', 'c.yaml'] },
    run: { k3sImage: 'node:a', prometheusImage: 'prom:c' },
  });
  expect(options.load).toEqual(new Map([['pods', 5000]]));
});

test('the scrape job is as given, and without --honor-labels as the ServiceMonitor or the rules have it', () => {
  const scrape = (...argv: readonly string[]) => parseGateOptions([...both, ...argv]).scrape;

  expect(scrape('--job', 'ksm', '--target-label', 'cluster=a,env=b=c', '--no-honor-labels')).toEqual({
    labels: { job: 'ksm', cluster: 'a', env: 'b=c' },
    honorLabels: false,
  });
  expect(scrape('--honor-labels')).toEqual({ labels: {}, honorLabels: true });
});

test('the cluster whose rules are read need not be the one that both releases run in', () => {
  const named = ['--kubeconfig', 'k', '--context', 'c'];
  const elsewhere = parseGateOptions([...both, ...named, '--dashboards', 'cluster']);
  const same = parseGateOptions([...both, ...named, '--rules', 'cluster', '--cluster', 'kubeconfig']);

  expect(elsewhere).toMatchObject({ sourceCluster: { kubeconfig: 'k', context: 'c' } });
  expect(elsewhere.run.kubeconfig).toBeUndefined();
  expect(same).toMatchObject({
    sourceCluster: { kubeconfig: 'k', context: 'c' },
    run: { cluster: 'kubeconfig', kubeconfig: 'k', context: 'c' },
  });
});

test.each([
  [['--from', 'v2.5.0'], 'compares two releases'],
  [[...both, '--cluster', 'simulated'], 'refuses a simulated cluster'],
  [[...both, '--rules', 'cluster'], '--kubeconfig PATH and --context NAME'],
  [[...both, '--kubeconfig', 'k', '--context', 'c'], '--kubeconfig has no meaning without --cluster kubeconfig'],
  [[...both, '--target-label', 'cluster'], '--target-label is NAME=VALUE'],
  [[...both, '--waiver', 'w.yaml'], 'Did you mean --waivers?'],
  [[...both, '--only', 'dns'], "unknown option '--only'"],
  [[...both, '--load', 'nodes=5'], '--load is RESOURCE=COUNT'],
  [[...both, '--budget', 'memory'], '--budget is MEASURE=RATIOx'],
  [[...both, '--profile', 'agent'], '--profile requires --manifests-to'],
])('%j is bad usage', (argv, message) => {
  expect(() => parseGateOptions(argv)).toThrow(UsageError);
  expect(() => parseGateOptions(argv)).toThrow(message);
});

test('a simulated cluster from the environment is refused', () => {
  process.env.CONFORMANCE_CLUSTER = 'simulated';
  expect(() => parseGateOptions(both)).toThrow('refuses a simulated cluster');
});

test('the help lists both sides and the shared options', () => {
  const help = addGateOptions(new Command()).helpInformation();
  for (const flag of ['--from', '--to', '--k3s-image']) expect(help).toContain(flag);
});
