import { type Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../command-line.ts';
import { resolveImage } from '../exporter/image.ts';
import { profileNames } from '../exporter/profile.ts';

/** The defaults of the images that a run uses besides the exporter's. */
export const defaults = {
  k3sImage: 'rancher/k3s:v1.24.17-k3s1',
  workloadImage: 'busybox:1.36',
  prometheusImage: 'prom/prometheus:v3.5.0',
} as const;

/** The options of a conformance run in the order of `--help`. Other commands share some of them. */
export const runOptions: readonly Option[] = [
  ...group('Where', [
    new Option(
      '--cluster <KIND>',
      'k3s boots a cluster in Docker, kubeconfig uses an existing one, simulated needs neither and proves less ' +
        '(default: k3s where Docker answers, else simulated; an error in CI)',
    )
      .choices(['k3s', 'kubeconfig', 'simulated'])
      .env('CONFORMANCE_CLUSTER'),
    new Option('--k3s-image <IMAGE>', 'the node image of the booted cluster')
      .argParser(imageOf(defaults.k3sImage))
      .default(defaults.k3sImage)
      .env('CONFORMANCE_K3S_IMAGE'),
    new Option('--agents <N>', 'further nodes, without the taint')
      .argParser(wholeNumber('nodes', { min: 0, max: 99 }))
      .default(0)
      .env('CONFORMANCE_AGENTS'),
    new Option('--registries <FILE>', "k3s's registries.yaml for the booted nodes: mirrors and credentials").env(
      'CONFORMANCE_REGISTRIES',
    ),
    new Option('--kubeconfig <PATH>', 'with --cluster kubeconfig: the file; $KUBECONFIG is not read'),
    new Option('--context <NAME>', 'with --cluster kubeconfig: the context in that file; its current context is not used'),
  ]),
  ...group('What is under test', [
    new Option(
      '--audit <SELECTOR>',
      'with --cluster kubeconfig: the exporter that is already deployed under these labels; nothing is changed',
    ),
    new Option(
      '--token-file <PATH>',
      'with --audit: the token of an account that may get /metrics, for an exporter with --auth-filter',
    ).env('CONFORMANCE_TOKEN_FILE'),
    new Option(
      '--target <NAME>',
      'agent is the deployment of the guide, current the same with the current release, standard the upstream example',
    )
      .choices(['agent', 'standard', 'current'])
      .default('agent')
      .env('CONFORMANCE_TARGET'),
    new Option(
      '--manifests <PATH>',
      'any kustomization or YAML, a directory, a file or - for the standard input, instead of --target',
    ).env('CONFORMANCE_MANIFESTS'),
    new Option(
      '--profile <NAME|FILE>',
      'with --manifests or --audit: what that deployment promises, a profile or a YAML file (default: core, what every exporter must do)',
    )
      // For the help and for completion; a file is no choice, so that the value is not compared with them.
      .choices(profileNames)
      .argParser((value: string) => value)
      .env('CONFORMANCE_PROFILE'),
    new Option('--image <IMAGE>', 'the exporter, an image or only a tag (default: the image in the manifests)')
      .argParser((text) => {
        resolvedImage(text, 'kube-state-metrics');
        return text;
      })
      .env('CONFORMANCE_IMAGE'),
  ]),
  ...group('Which requirements', [
    new Option('--only <AREA|ID,...>', 'only these areas and requirements; the verdict is then partial')
      .argParser((text: string, previous: string | undefined) => (previous === undefined ? text : `${previous},${text}`))
      .conflicts('rerunFailed'),
    new Option('--rerun-failed', 'only the requirements that failed in the last report'),
    new Option('--bail', 'stop at the first failure'),
    new Option('--list', 'list the requirements and exit; needs no cluster'),
  ]),
  ...group('Reports, and what remains', [
    new Option('--reports <DIR>', 'the directory of the reports').default('reports'),
    new Option('--trace <FILE>', "the times of every phase and requirement, in Chrome's trace format").env('CONFORMANCE_TRACE'),
    new Option('--keep', 'keep the cluster running and write its kubeconfig next to the reports'),
    new Option('--reuse', 'use the cluster that --keep left running'),
  ]),
  ...group('Images the suite itself uses', [
    new Option('--workload-image <IMAGE>', 'for pods that are to succeed, fail, crash or wait')
      .argParser(imageOf(defaults.workloadImage))
      .default(defaults.workloadImage)
      .env('CONFORMANCE_WORKLOAD_IMAGE'),
    new Option('--prometheus-image <IMAGE>', 'for the Prometheus that evaluates rules and queries')
      .argParser(imageOf(defaults.prometheusImage))
      .default(defaults.prometheusImage)
      .env('CONFORMANCE_PROMETHEUS_IMAGE'),
    new Option(
      '--operator-image <IMAGE>',
      'a prometheus-operator to start in a booted cluster; its config reloader has the same registry and tag ' +
        '(default: none, and what needs one is skipped)',
    )
      .argParser((text) => {
        resolvedImage(text, 'kube-state-metrics');
        return text;
      })
      .env('CONFORMANCE_OPERATOR_IMAGE'),
    new Option(
      '--adapter-image <IMAGE>',
      'a prometheus-adapter to start in a booted cluster, which serves the custom metrics API ' +
        '(default: none, and what needs one is skipped)',
    )
      .argParser((text) => {
        resolvedImage(text, 'kube-state-metrics');
        return text;
      })
      .env('CONFORMANCE_ADAPTER_IMAGE'),
  ]),
];

/** Every environment variable that sets an option. */
export const variables: readonly string[] = runOptions.flatMap(({ envVar }) => envVar ?? []);

/** The options that choose requirements, for the commands that install an exporter and verify none. */
export const requirementOptions: readonly string[] = ['only', 'rerun-failed', 'bail', 'list', 'trace'];

/**
 * Adds the options of a conformance run to a command.
 * @param choice the long names without dashes, where the command has `only` some of them, or all `except` some
 */
export function addRunOptions(
  command: Command,
  choice: { readonly only?: readonly string[]; readonly except?: readonly string[] } = {},
): Command {
  for (const option of runOptions) {
    const name = option.name();
    if ((choice.only?.includes(name) ?? true) && !choice.except?.includes(name)) command.addOption(option);
  }
  return command;
}

function group(heading: string, options: readonly Option[]): readonly Option[] {
  return options.map((option) => option.helpGroup(`${heading}:`));
}

function imageOf(base: string): (text: string) => string {
  return (text) => resolvedImage(text, base);
}

function resolvedImage(text: string, base: string): string {
  try {
    return resolveImage(text, base);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
