import { UsageError } from '../errors.ts';
import { isSelected } from '../suite/selection.ts';
import { helpText, wantsHelp } from './options/command-line.ts';
import { settings } from './options/settings.ts';
import { parseOptions } from './options.ts';

const known = ['access/denies-writes', 'access/lists', 'scheduling/tolerates-control-plane'];

function refusal(argv: string[], environment: Record<string, string> = {}): string {
  try {
    parseOptions(argv, environment, known);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('without anything given', () => {
  test('the guide’s deployment is verified whole, on a cluster of its time, wherever the machine can', () => {
    expect(parseOptions([], {}, known)).toEqual({
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
    expect(parseOptions(['--agents', '1'], environment)).toMatchObject({ agents: 1, target: 'current' });
  });

  test('as if it were not given when a variable is empty, as CI systems set those of absent inputs', () => {
    expect(parseOptions([], { CONFORMANCE_CLUSTER: '', CONFORMANCE_AGENTS: '' })).toMatchObject({
      cluster: undefined,
      agents: 0,
    });
  });

  test('for an image as a tag alone, which is completed where the repository is known', () => {
    const options = parseOptions(['--workload-image', '1.37', '--image', 'v2.6.0', '--k3s-image=v1.30.4-k3s1'], {});
    expect(options).toMatchObject({ workloadImage: 'busybox:1.37', image: 'v2.6.0', k3sImage: 'rancher/k3s:v1.30.4-k3s1' });
  });
});

describe('what does not exist is refused with the nearest that does', () => {
  test.each([
    ['a flag', ['--imgae', 'v2.6.0'], 'There is no option --imgae; did you mean --image?'],
    ['a flag with its value attached', ['--agent=1'], 'There is no option --agent; did you mean --agents?'],
    ['a cluster', ['--cluster', 'k3d'], '--cluster is one of k3s, kubeconfig, simulated, not "k3d"; did you mean k3s?'],
    [
      'a requirement',
      ['--only', 'access/denies-write'],
      'There is no area or requirement "access/denies-write"; did you mean access/denies-writes?',
    ],
    ['an area', ['--only', 'shceduling'], 'There is no area or requirement "shceduling"; did you mean scheduling?'],
    ['something unlike anything', ['--frobnicate'], 'There is no option --frobnicate.'],
    ['an argument without dashes', ['list'], 'There is no command or argument "list": options begin with --.'],
  ])('%s', (_, argv, message) => {
    expect(refusal(argv)).toBe(message);
  });

  test('a variable of the environment', () => {
    expect(refusal([], { CONFORMANCE_K3S_IMGE: 'x' })).toBe(
      'There is no environment variable CONFORMANCE_K3S_IMGE; did you mean CONFORMANCE_K3S_IMAGE?',
    );
  });

  test('a value that came from the environment is named by its variable', () => {
    expect(refusal([], { CONFORMANCE_TARGET: 'agnt' })).toMatch(/^CONFORMANCE_TARGET is one of .* did you mean agent\?$/);
  });
});

describe('what has no meaning is refused in one sentence', () => {
  test.each([[['--agents', '-1']], [['--agents', '1.5']], [['--agents', 'many']]])('%j is not a number of nodes', (argv) => {
    expect(refusal(argv)).toMatch(/--agents.*whole number from 0 to 99/);
  });

  test('a flag without its value', () => {
    expect(refusal(['--image'])).toBe('--image needs a value: --image <IMAGE>.');
  });

  test('an image with a space in it', () => {
    expect(refusal(['--image', 'kube state'])).toContain('--image: "kube state" is neither an image nor a tag');
  });

  test('an empty choice of requirements', () => {
    expect(refusal(['--only', ','])).toBe('--only needs at least one area or requirement id.');
  });

  test('two ways of choosing the requirements', () => {
    expect(refusal(['--rerun-failed', '--only', 'access'])).toContain('give one of them');
  });
});

describe('a cluster that exists', () => {
  const both = ['--cluster', 'kubeconfig', '--kubeconfig', 'kc.yaml', '--context', 'lab'];

  test('is named by file and by context', () => {
    expect(parseOptions(both, {})).toMatchObject({ cluster: 'kubeconfig', kubeconfig: 'kc.yaml', context: 'lab' });
  });

  test('is not taken from the environment', () => {
    expect(refusal(['--cluster', 'kubeconfig', '--context', 'lab'], { KUBECONFIG: 'kc.yaml' })).toContain(
      'nothing is taken from the environment',
    );
    expect(refusal(['--cluster', 'kubeconfig', '--kubeconfig', 'kc.yaml'])).toContain('--context NAME');
  });

  test('is not one that would be booted', () => {
    expect(refusal([...both, '--agents', '1'])).toContain('--agents describes a cluster that is booted');
    expect(refusal([...both, '--registries', 'registries.yaml'])).toContain('--registries describes a cluster that is booted');
    expect(refusal(both, { CONFORMANCE_AGENTS: '1' })).toBe('accepted');
  });

  test('is examined as it is by a selector, which nothing goes with that would install something', () => {
    const audited = [...both, '--audit', 'app=exporter'];

    expect(parseOptions(audited, {})).toMatchObject({ audit: 'app=exporter', profile: 'deployed' });
    expect(parseOptions([...audited, '--profile', 'standard'], {})).toMatchObject({ profile: 'standard' });
    expect(refusal([...audited, '--target', 'agent'])).toContain('--target has no meaning with --audit');
    expect(refusal([...audited, '--keep'])).toContain('--keep has no meaning with --audit');
    expect(refusal(['--audit', 'app=exporter'])).toContain('--cluster kubeconfig');
  });

  test('is not used by accident: its file alone does not choose it', () => {
    expect(refusal(['--kubeconfig', 'kc.yaml'])).toBe('--kubeconfig has no meaning without --cluster kubeconfig.');
  });
});

describe('other people’s manifests', () => {
  test('promise what the profile says, which is the guide’s unless told', () => {
    expect(parseOptions(['--manifests', 'deploy'], {})).toMatchObject({ manifests: 'deploy', profile: 'agent' });
    expect(parseOptions(['--manifests', 'deploy', '--profile', 'standard'], {})).toMatchObject({ profile: 'standard' });
  });

  test('and a known target exclude each other', () => {
    expect(refusal(['--manifests', 'deploy', '--target', 'agent'])).toBe(
      '--manifests and --target both say what is under test: give one of them.',
    );
  });

  test('are outdone by a target, and outdo one, when only the other is a flag', () => {
    expect(parseOptions(['--target', 'current'], { CONFORMANCE_MANIFESTS: 'deploy' })).not.toHaveProperty('manifests');
    expect(parseOptions(['--manifests', 'deploy'], { CONFORMANCE_TARGET: 'current' })).toMatchObject({ manifests: 'deploy' });
  });

  test('are the only ones that have a profile to choose', () => {
    expect(refusal(['--profile', 'standard'])).toContain('--profile has no meaning without --manifests');
  });
});

describe('a choice of requirements', () => {
  test('takes areas and ids, separated by commas or given again', () => {
    const { only } = parseOptions(['--only', 'access, scheduling/tolerates-control-plane', '--only', 'access'], {}, known);
    expect(only).toEqual(['access', 'scheduling/tolerates-control-plane']);
    expect(known.filter((id) => isSelected(id, only))).toEqual(known);
    expect(known.filter((id) => isSelected(id, ['access/lists']))).toEqual(['access/lists']);
    expect(isSelected('access/lists', [])).toBe(true);
  });
});

describe('the help', () => {
  test('names every option with its variable and its default', () => {
    const text = helpText(500);
    for (const { flag, environment, standard } of settings) {
      const line = text.split('\n').find((each) => each.trim().startsWith(`--${flag} `)) ?? '';
      expect(line).toContain(`--${flag}`);
      if (environment) expect(line).toContain(`env: ${environment}`);
      if (standard) expect(line).toContain(`default: ${standard}`);
    }
  });

  test('is asked for anywhere on the command line', () => {
    expect(wantsHelp(['--only', 'typo', '--help'])).toBe(true);
    expect(wantsHelp(['--list'])).toBe(false);
  });

  test('keeps to the width of the terminal', () => {
    expect(
      Math.max(
        ...helpText(100)
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(100);
  });
});
