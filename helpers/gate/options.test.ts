import { UsageError } from '../errors.ts';
import { gateHelp, parseGateOptions } from './options.ts';

const both = ['--from', 'v2.5.0', '--to', 'v2.20.0'];

test('two releases are enough, and everything else has a default', () => {
  expect(parseGateOptions(both, {})).toMatchObject({
    from: 'v2.5.0',
    to: 'v2.20.0',
    rules: [],
    conformance: true,
    run: { reports: 'reports' },
  });
});

test('what the gate shares with a conformance run is read as there, flags before the environment', () => {
  const argv = [...both, '--k3s-image', 'node:a', '--rules', 'a/*.yaml', '--rules', 'b.yaml,c.yaml', '--load', 'pods=5000'];
  const options = parseGateOptions(argv, { CONFORMANCE_K3S_IMAGE: 'node:b', CONFORMANCE_PROMETHEUS_IMAGE: 'prom:c' });

  expect(options).toMatchObject({
    rules: ['a/*.yaml', 'b.yaml', 'c.yaml'],
    run: { k3sImage: 'node:a', prometheusImage: 'prom:c' },
  });
  expect(options.load).toEqual(new Map([['pods', 5000]]));
});

test.each([
  [['--from', 'v2.5.0'], 'compares two releases'],
  [[...both, '--cluster', 'simulated'], 'refuses a simulated cluster'],
  [[...both, '--waiver', 'w.yaml'], 'did you mean --waivers?'],
  [[...both, '--only', 'dns'], 'There is no option --only'],
  [[...both, '--load', 'nodes=5'], '--load is RESOURCE=COUNT'],
  [[...both, '--budget', 'memory'], '--budget is MEASURE=RATIOx'],
  [[...both, '--profile', 'agent'], '--profile has no meaning without --manifests-to'],
  [[...both, '--manifests-to', 'm', '--profile', 'standart'], 'did you mean standard?'],
])('%j is bad usage', (argv, message) => {
  expect(() => parseGateOptions(argv, {})).toThrow(UsageError);
  expect(() => parseGateOptions(argv, {})).toThrow(message);
});

test('a simulated cluster is refused from the environment as well', () => {
  expect(() => parseGateOptions(both, { CONFORMANCE_CLUSTER: 'simulated' })).toThrow('refuses a simulated cluster');
});

test('the help names both sides, what is shared, and the exit codes', () => {
  for (const words of ['--from', '--to', '--k3s-image', 'Exit codes: 0 accept']) expect(gateHelp()).toContain(words);
});
