import { withoutExposingFlags } from '../../helpers/catalogue/flags.ts';
import { accept, getFromPod } from '../../helpers/exporter/exporter.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { NotApplicable, verify } from '../../helpers/failure.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { describePod, type Pod, restarts } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import { restricted } from '../../helpers/kube/restricted.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { copyOfExporter } from '../../helpers/suite/exporter-copy.ts';
import { atLeast } from '../../helpers/version.ts';
import { seconds, stays, waitFor } from '../../helpers/wait.ts';

/** The container between a copy of the exporter and the API server. */
const relay = 'relay';
const relayPort = 16443;

/** A name of the API server that its certificate has in every cluster. Source: Kubernetes, PKI certificates: kube-apiserver. */
const apiServerName = 'kubernetes.default.svc';

/** The liveness probe of a copy, as frequent as Kubernetes allows. */
const timing = { initialDelaySeconds: 1, periodSeconds: 1, timeoutSeconds: 1 };

/** After how many failures, one a second, a copy is restarted: in the short pause far more than there can be, also on a busy machine. */
const threshold = { short: 10, long: 3 };

/** Longer than a failure of the probe takes, so that a probe that allows none would restart the copy; in milliseconds. */
const shortPause = seconds(3);

/** How long the kubelet may take to restart a copy whose probe fails, in milliseconds. */
const restartBudget = seconds(30);

/** How long a copy may take to expose what happened in a pause, in milliseconds: with one more restart, after a back-off of 10 s. */
const recoveryBudget = seconds(30);

/**
 * A copy of the exporter whose requests to the API server pass a relay in its pod, which can be paused: to the exporter it is the API server that
 * accepts connections and does not respond. Nothing else in the cluster notices.
 */
class RelayedCopy {
  constructor(
    private readonly context: RequirementContext,
    private readonly pod: Pod,
  ) {}

  /** Stops every process of the relay but its first, which cannot be stopped from inside. */
  async pause(): Promise<void> {
    await this.#signal('STOP');
  }

  async resume(): Promise<void> {
    await this.#signal('CONT');
  }

  async #signal(name: string): Promise<void> {
    const { exitCode, stderr } = await this.context.cluster.exec(this.pod, ['sh', '-c', `kill -${name} -1`], relay);
    verify(exitCode === 0, { expected: `the relay in ${this.pod.metadata.name} to get SIG${name}`, actual: stderr });
  }

  /** Whether the exporter answers a scrape, exposes a ConfigMap, and how often it has been restarted. */
  async observe(configMap?: KubernetesObject): Promise<Observation> {
    const { client, target } = this.context;
    const pod = await client.find<Pod>(referenceOf(this.pod));
    if (pod?.status?.podIP === undefined) return { pod, status: 0, isExposed: false };
    const { status, body } = await getFromPod(client, pod, target.ports.metrics.number, '/metrics', { Accept: accept.text });
    return { pod, status, isExposed: status === 200 && configMap !== undefined && (await exposes(body, configMap)) };
  }

  async remove(): Promise<void> {
    await this.context.client.remove(this.pod, 0);
  }
}

async function exposes(body: string, { metadata: { namespace, name } }: KubernetesObject): Promise<boolean> {
  const { exposition } = await readExposition(body, { format: 'text' });
  const samples = exposition.families.get('kube_configmap_info')?.samples ?? [];
  return samples.some(({ labels }) => labels.namespace === namespace && labels.configmap === name);
}

interface Observation {
  readonly pod: Pod | undefined;
  /** Of the response to the scrape; 0 without an address to scrape. */
  readonly status: number;
  readonly isExposed: boolean;
}

const restartsOf = ({ pod }: Observation) => (pod === undefined ? Number.NaN : restarts(pod));
const describe = ({ pod, status, isExposed }: Observation) =>
  `a scrape is answered with ${status}, ${isExposed ? 'with' : 'without'} the ConfigMap; ${describePod(pod)}`;

/**
 * Verifies that a pause of the API server which is shorter than the liveness probe allows does not restart the exporter, that scrapes are answered
 * throughout, and that what happened in the pause is exposed afterwards.
 */
export async function outlivesShortPause(context: RequirementContext): Promise<void> {
  const copy = await startRelayed(context, 'short-pause', threshold.short);
  try {
    const before = restartsOf(await copy.observe());
    await copy.pause();
    const configMap = await createConfigMap(context, 'created-in-a-short-pause');
    await stays({
      what: 'scrapes answered with 200, without what the API server cannot report, and no restart',
      during: shortPause,
      observe: () => copy.observe(configMap),
      holds: (observed) => observed.status === 200 && !observed.isExposed && restartsOf(observed) === before,
      describe,
    });
    await copy.resume();
    const after = await waitFor({
      what: `ConfigMap ${configMap.metadata.name} exposed after the pause`,
      within: recoveryBudget,
      observe: () => copy.observe(configMap),
      until: ({ isExposed }) => isExposed,
      describe,
    });
    verify(restartsOf(after) === before, {
      expected: 'no restart in a pause that the liveness probe allows',
      actual: describePod(after.pod),
    });
    context.observed(`every scrape in a pause of ${shortPause / 1000} s was answered, and there was no restart`);
  } finally {
    await copy.remove();
  }
}

/**
 * Verifies that a pause of the API server which outlasts the liveness probe restarts the exporter if, and only if, its probe requests /livez,
 * which the API server's own health decides, and that the exporter exposes afterwards what happened in the pause.
 */
export async function recoversFromLongPause(context: RequirementContext): Promise<void> {
  const { probes, version } = context.target;
  // Older releases answer /livez like any other path, with their landing page.
  const dependsOnApiServer = probes.liveness?.httpGet?.path === '/livez' && atLeast(version, '2.13');
  const copy = await startRelayed(context, 'long-pause', threshold.long);
  try {
    const before = restartsOf(await copy.observe());
    await copy.pause();
    const configMap = await createConfigMap(context, 'created-in-a-long-pause');
    if (dependsOnApiServer) {
      await waitFor({
        what: `a restart of the copy, whose liveness probe requests /livez ${threshold.long} times without a response`,
        within: restartBudget,
        observe: () => copy.observe(configMap),
        until: (observed) => restartsOf(observed) > before,
        describe,
      });
    } else {
      await stays({
        what: 'scrapes answered with 200 and no restart, as the liveness probe does not depend on the API server',
        during: seconds(threshold.long + 2),
        observe: () => copy.observe(configMap),
        holds: (observed) => observed.status === 200 && !observed.isExposed && restartsOf(observed) === before,
        describe,
      });
    }
    const resumed = performance.now();
    await copy.resume();
    await waitFor({
      what: `ConfigMap ${configMap.metadata.name} exposed after the pause`,
      within: recoveryBudget,
      observe: () => copy.observe(configMap),
      until: ({ isExposed }) => isExposed,
      describe,
    });
    const took = ((performance.now() - resumed) / 1000).toFixed(1);
    context.observed(`${dependsOnApiServer ? 'restarted' : 'not restarted'}, and everything exposed ${took} s after the pause`);
  } finally {
    await copy.remove();
  }
}

/** Starts a copy that reads ConfigMaps through its relay, and waits until it exposes one. */
async function startRelayed(context: RequirementContext, name: string, failureThreshold: number): Promise<RelayedCopy> {
  const { target } = context;
  const connected = target.arguments.find((argument) => /^--?(apiserver|kubeconfig)\b/.test(argument));
  if (connected !== undefined)
    throw new NotApplicable(`The exporter finds the API server by ${connected}, not by its environment.`);
  const before = await createConfigMap(context, name);
  const pod = await copyOfExporter(context, {
    name,
    spec: { hostAliases: [{ ip: '127.0.0.1', hostnames: [apiServerName] }], shareProcessNamespace: false },
    container: {
      env: [
        ...environmentOf(context),
        { name: 'KUBERNETES_SERVICE_HOST', value: apiServerName },
        { name: 'KUBERNETES_SERVICE_PORT', value: String(relayPort) },
      ],
      ...(target.probes.liveness && { livenessProbe: { ...target.probes.liveness, ...timing, failureThreshold } }),
    },
    arguments: [...withoutExposingFlags(target.arguments), '--resources=configmaps'],
    before: [relayContainer(context)],
  });
  const copy = new RelayedCopy(context, pod);
  await waitFor({
    what: `${pod.metadata.name} to expose ConfigMap ${name}`,
    within: seconds(60),
    observe: () => copy.observe(before),
    until: ({ isExposed }) => isExposed,
    describe,
    hopeless: ({ pod: current }) => (current === undefined ? `${pod.metadata.name} is gone` : undefined),
  });
  return copy;
}

function environmentOf({ target }: RequirementContext): readonly unknown[] {
  return (target.container as { readonly env?: readonly unknown[] }).env ?? [];
}

/** Ends when the relay listens; a socket that listens has the state 0A. Source: Linux, Documentation/networking/proc_net_tcp. */
const isListening = `until grep -q ':${relayPort.toString(16).toUpperCase()} .* 0A ' /proc/net/tcp /proc/net/tcp6; do sleep 0.1; done`;

/** Forwards each connection to the API server as the cluster's Service publishes it; its processes are children of the shell. */
function relayContainer({ run }: RequirementContext) {
  const forward = 'nc $KUBERNETES_SERVICE_HOST $KUBERNETES_SERVICE_PORT';
  return {
    name: relay,
    image: run.workloadImage,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', `nc -ll -p ${relayPort} -e ${forward} & wait`],
    // Only then is the exporter started: some releases end where the API server refuses their first connection.
    lifecycle: { postStart: { exec: { command: ['sh', '-c', isListening] } } },
    securityContext: { ...restricted.pod, ...restricted.container },
    resources: { requests: { cpu: '1m', memory: '4Mi' } },
  };
}

async function createConfigMap({ scratch }: RequirementContext, name: string): Promise<KubernetesObject> {
  return scratch.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: await scratch.namespace() } });
}
