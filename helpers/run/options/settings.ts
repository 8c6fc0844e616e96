/** One option as the command line, the environment and `--help` know it. */
export interface Setting {
  /** Long flag without the dashes. */
  readonly flag: string;
  /** What stands for the value in `--help`; a setting without it is a switch. */
  readonly value?: string;
  readonly environment?: string;
  readonly standard?: string;
  /** How `--help` tells the default of a setting that has none of its own. */
  readonly otherwise?: string;
  readonly choices?: readonly string[];
  readonly group: string;
  readonly says: string;
}

export const defaults = {
  k3sImage: 'rancher/k3s:v1.24.17-k3s1',
  workloadImage: 'busybox:1.36',
  prometheusImage: 'prom/prometheus:v3.5.0',
} as const;

const where = 'Where';
const what = 'What is under test';
const which = 'Which requirements';
const afterwards = 'Reports, and what remains';
const helpersImages = 'Images the suite itself uses';

/** Every option there is; the order is that of `--help`. */
export const settings: readonly Setting[] = [
  {
    flag: 'cluster',
    value: 'KIND',
    environment: 'CONFORMANCE_CLUSTER',
    choices: ['k3s', 'kubeconfig', 'simulated'],
    group: where,
    says: 'k3s boots one in Docker; kubeconfig uses one that exists; simulated needs neither and proves less',
    otherwise: 'k3s where Docker answers, else simulated, in CI an error',
  },
  {
    flag: 'k3s-image',
    value: 'IMAGE',
    environment: 'CONFORMANCE_K3S_IMAGE',
    standard: defaults.k3sImage,
    group: where,
    says: 'the node of the cluster that is booted',
  },
  {
    flag: 'agents',
    value: 'N',
    environment: 'CONFORMANCE_AGENTS',
    standard: '0',
    group: where,
    says: 'further nodes, without the taint',
  },
  {
    flag: 'registries',
    value: 'FILE',
    environment: 'CONFORMANCE_REGISTRIES',
    group: where,
    says: 'k3s’s registries.yaml, the mirrors and credentials of the nodes that are booted',
  },
  { flag: 'kubeconfig', value: 'PATH', group: where, says: 'with --cluster kubeconfig: the file; $KUBECONFIG is not read' },
  {
    flag: 'context',
    value: 'NAME',
    group: where,
    says: 'with --cluster kubeconfig: the context in that file; its current one is not used',
  },
  {
    flag: 'audit',
    value: 'SELECTOR',
    group: what,
    says: 'with --cluster kubeconfig: the exporter that is deployed already under these labels; nothing is changed',
  },
  {
    flag: 'target',
    value: 'NAME',
    environment: 'CONFORMANCE_TARGET',
    standard: 'agent',
    choices: ['agent', 'standard', 'current'],
    group: what,
    says: 'agent is the guide’s deployment, current the same brought to the current release, standard the upstream example',
  },
  {
    flag: 'manifests',
    value: 'PATH',
    environment: 'CONFORMANCE_MANIFESTS',
    group: what,
    says: 'any kustomization or YAML, a directory or a file, instead of --target',
  },
  {
    flag: 'profile',
    value: 'NAME',
    environment: 'CONFORMANCE_PROFILE',
    choices: ['agent', 'standard'],
    group: what,
    says: 'with --manifests or --audit: what that deployment promises',
    otherwise: 'agent; with --audit, what every exporter must do',
  },
  {
    flag: 'image',
    value: 'IMAGE',
    environment: 'CONFORMANCE_IMAGE',
    group: what,
    says: 'the exporter, as an image or as a tag alone',
    otherwise: 'what the manifests name',
  },
  { flag: 'only', value: 'AREA|ID,...', group: which, says: 'these areas and requirements alone; the verdict is then partial' },
  { flag: 'rerun-failed', group: which, says: 'only what failed in the last report' },
  { flag: 'bail', group: which, says: 'stop at the first failure' },
  { flag: 'list', group: which, says: 'show the requirements and end; needs no cluster' },
  { flag: 'reports', value: 'DIR', standard: 'reports', group: afterwards, says: 'where the reports are written' },
  { flag: 'keep', group: afterwards, says: 'leave the cluster running and write its kubeconfig beside the reports' },
  { flag: 'reuse', group: afterwards, says: 'use the cluster that --keep left' },
  {
    flag: 'workload-image',
    value: 'IMAGE',
    environment: 'CONFORMANCE_WORKLOAD_IMAGE',
    standard: defaults.workloadImage,
    group: helpersImages,
    says: 'pods that are to succeed, fail, crash or wait',
  },
  {
    flag: 'prometheus-image',
    value: 'IMAGE',
    environment: 'CONFORMANCE_PROMETHEUS_IMAGE',
    standard: defaults.prometheusImage,
    group: helpersImages,
    says: 'where rules and queries run',
  },
  {
    flag: 'operator-image',
    value: 'IMAGE',
    environment: 'CONFORMANCE_OPERATOR_IMAGE',
    group: helpersImages,
    says: 'a prometheus-operator, started in a cluster that is booted; its config reloader has the same registry and tag',
    otherwise: 'none, and what needs it is left out',
  },
];
