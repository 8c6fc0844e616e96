import { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { isSelected } from '../suite/selection.ts';
import { addRunOptions, runOptions } from './option-definitions.ts';
import { type Options, parseOptions } from './options.ts';

const known = ['access/denies-writes', 'access/lists', 'scheduling/tolerates-control-plane'];
const before = { ...process.env };

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('CONFORMANCE_')) delete process.env[name];
});
afterAll(() => {
  process.env = before;
});

function parse(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): Options {
  Object.assign(process.env, environment);
  return parseOptions(argv, known);
}

function refusal(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  try {
    parse(argv, environment);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('without options', () => {
  test('the deployment of the guide is verified against every requirement, on a release of its time, and the machine decides where', () => {
    expect(parse([])).toEqual({
      cluster: undefined,
      k3sImage: 'rancher/k3s:v1.24.17-k3s1',
      agents: 0,
      target: 'agent',
      workloadImage: 'busybox:1.36',
      prometheusImage: 'prom/prometheus:v3.5.0',
      only: [],
      reports: 'reports',
      keep: false,
      reuse: false,
      bail: false,
      list: false,
      rerunFailed: false,
    });
  });
});

describe('a value is taken', () => {
  test('from the flag before the environment, and from the environment before the default', () => {
    const environment = { CONFORMANCE_AGENTS: '2', CONFORMANCE_TARGET: 'current' };
    expect(parse(['--agents', '1'], environment)).toMatchObject({ agents: 1, target: 'current' });
  });

  test('as if it were not given when a variable is empty, as CI systems set those of absent inputs', () => {
    expect(parse([], { CONFORMANCE_CLUSTER: '', CONFORMANCE_AGENTS: '' })).toMatchObject({
      cluster: undefined,
      agents: 0,
    });
  });

  test('for an image as a tag alone, which is completed where the repository is known', () => {
    const options = parse(['--workload-image', '1.37', '--image', 'v2.6.0', '--k3s-image=v1.30.4-k3s1']);
    expect(options).toMatchObject({ workloadImage: 'busybox:1.37', image: 'v2.6.0', k3sImage: 'rancher/k3s:v1.30.4-k3s1' });
  });
});

describe('a name that does not exist is refused, with the nearest that does', () => {
  test.each([
    ['a flag', ['--imgae', 'v2.6.0'], "unknown option '--imgae' (Did you mean --image?)"],
    [
      'a cluster',
      ['--cluster', 'k3d'],
      "option '--cluster <KIND>' argument 'k3d' is invalid. Allowed choices are k3s, kubeconfig, simulated.",
    ],
    [
      'a requirement',
      ['--only', 'access/denies-write'],
      'There is no area or requirement "access/denies-write"; did you mean access/denies-writes?',
    ],
    ['an area', ['--only', 'shceduling'], 'There is no area or requirement "shceduling"; did you mean scheduling?'],
    ['a flag that resembles none', ['--frobnicate'], "unknown option '--frobnicate'"],
    ['an argument without dashes', ['list'], 'too many arguments. Expected 0 arguments but got 1.'],
  ])('%s', (_, argv, message) => {
    expect(refusal(argv)).toBe(message);
  });

  test('an environment variable', () => {
    expect(refusal([], { CONFORMANCE_K3S_IMGE: 'x' })).toBe(
      'There is no environment variable CONFORMANCE_K3S_IMGE; did you mean CONFORMANCE_K3S_IMAGE?',
    );
  });

  test('a value from the environment is reported with its variable', () => {
    expect(refusal([], { CONFORMANCE_TARGET: 'agnt' })).toBe(
      "option '--target <NAME>' value 'agnt' from env 'CONFORMANCE_TARGET' is invalid. Allowed choices are agent, standard, current.",
    );
  });
});

describe('what has no meaning is refused in one sentence', () => {
  test.each([[['--agents', '-1']], [['--agents', '1.5']], [['--agents', 'many']]])('%j is not a number of nodes', (argv) => {
    expect(refusal(argv)).toMatch(/--agents.*whole number of nodes from 0 to 99/);
  });

  test('a flag without its value', () => {
    expect(refusal(['--image'])).toBe("option '--image <IMAGE>' argument missing");
  });

  test('an image with a space in it', () => {
    expect(refusal(['--image', 'kube state'])).toContain('"kube state" is neither an image nor a tag');
  });

  test('an empty choice of requirements', () => {
    expect(refusal(['--only', ','])).toBe('--only needs at least one area or requirement id.');
  });

  test('two ways of choosing the requirements', () => {
    expect(refusal(['--rerun-failed', '--only', 'access'])).toMatch(
      /^option '--only .*' cannot be used with option '--rerun-failed'$/,
    );
  });
});

describe('an existing cluster', () => {
  const both = ['--cluster', 'kubeconfig', '--kubeconfig', 'kc.yaml', '--context', 'lab'];

  test('is named by file and by context', () => {
    expect(parse(both)).toMatchObject({ cluster: 'kubeconfig', kubeconfig: 'kc.yaml', context: 'lab' });
  });

  test('is not taken from the environment', () => {
    expect(refusal(['--cluster', 'kubeconfig', '--context', 'lab'], { KUBECONFIG: 'kc.yaml' })).toContain(
      'neither has an environment variable',
    );
    expect(refusal(['--cluster', 'kubeconfig', '--kubeconfig', 'kc.yaml'])).toContain('--context NAME');
  });

  test('is not one that would be booted', () => {
    expect(refusal([...both, '--agents', '1'])).toContain('--agents describes a booted cluster');
    expect(refusal([...both, '--registries', 'registries.yaml'])).toContain('--registries describes a booted cluster');
    expect(refusal(both, { CONFORMANCE_AGENTS: '1' })).toBe('accepted');
  });

  test('is examined with a selector, and no option that would install something is accepted', () => {
    const audited = [...both, '--audit', 'app=exporter'];

    expect(parse(audited)).toMatchObject({ audit: 'app=exporter' });
    expect(parse(audited)).not.toHaveProperty('profile');
    expect(parse([...audited, '--profile', 'standard'])).toMatchObject({ profile: 'standard' });
    expect(refusal([...audited, '--target', 'agent'])).toContain('--target has no meaning with --audit');
    expect(refusal([...audited, '--keep'])).toContain('--keep has no meaning with --audit');
    expect(refusal([...audited, '--adapter-image', 'adapter:v1'])).toContain('--adapter-image has no meaning with --audit');
    expect(refusal(['--audit', 'app=exporter'])).toContain('--cluster kubeconfig');
    expect(parse([...audited, '--token-file', 'token'])).toMatchObject({ tokenFile: 'token' });
    expect(refusal(['--token-file', 'token'])).toContain('--token-file has no meaning without --audit');
  });

  test('is not used by accident: only its file does not choose it', () => {
    expect(refusal(['--kubeconfig', 'kc.yaml'])).toBe('--kubeconfig has no meaning without --cluster kubeconfig.');
  });
});

describe('other people’s manifests', () => {
  test('promise the features of the profile, and none without one', () => {
    expect(parse(['--manifests', 'deploy'])).toMatchObject({ manifests: 'deploy' });
    expect(parse(['--manifests', 'deploy'])).not.toHaveProperty('profile');
    expect(parse(['--manifests', 'deploy', '--profile', 'standard'])).toMatchObject({ profile: 'standard' });
  });

  test('and a known target exclude each other', () => {
    expect(refusal(['--manifests', 'deploy', '--target', 'agent'])).toBe(
      '--manifests and --target both choose what is under test: set one of them.',
    );
  });

  test('are outdone by a target, and outdo one, when only the other is a flag', () => {
    expect(parse(['--target', 'current'], { CONFORMANCE_MANIFESTS: 'deploy' })).not.toHaveProperty('manifests');
    expect(parse(['--manifests', 'deploy'], { CONFORMANCE_TARGET: 'current' })).toMatchObject({ manifests: 'deploy' });
  });

  test('are the only ones that have a profile to choose', () => {
    expect(refusal(['--profile', 'standard'])).toContain('--profile has no meaning without --manifests');
  });
});

describe('a choice of requirements', () => {
  test('takes areas and ids, separated by commas or given again', () => {
    const { only } = parse(['--only', 'access, scheduling/tolerates-control-plane', '--only', 'access']);
    expect(only).toEqual(['access', 'scheduling/tolerates-control-plane']);
    expect(known.filter((id) => isSelected(id, only))).toEqual(known);
    expect(known.filter((id) => isSelected(id, ['access/lists']))).toEqual(['access/lists']);
    expect(isSelected('access/lists', [])).toBe(true);
  });
});

describe('the help', () => {
  const help = (width: number) =>
    addRunOptions(new Command())
      .configureOutput({ getOutHelpWidth: () => width })
      .helpInformation();

  test('lists every option with its variable and its default', () => {
    const lines = help(500).split('\n');
    for (const { long, envVar, defaultValue } of runOptions) {
      const line = lines.find((each) => each.trim().startsWith(`${long} `));
      expect(line).toBeDefined();
      if (envVar) expect(line).toContain(`env: ${envVar}`);
      if (defaultValue !== undefined) expect(line).toContain(`default: ${JSON.stringify(defaultValue)}`);
    }
  });

  test('keeps to the width of the terminal', () => {
    const longest = Math.max(
      ...help(100)
        .split('\n')
        .map(({ length }) => length),
    );
    expect(longest).toBeLessThanOrEqual(100);
  });
});
