import { integerQuantity, quantity } from '../../helpers/catalogue/quantity.ts';
import { NotApplicable } from '../../helpers/failure.ts';
import type { ContainerStatus, Pod } from '../../helpers/kube/pod.ts';
import type { Container } from '../../helpers/kube/workload.ts';
import { forbids } from '../../helpers/suite/pod-admission.ts';
import { isTokenDirectory } from './mounts.ts';
import type { Finding, ProcessView } from './view.ts';

/**
 * What is known of the exporter's process where nothing may look into it: the pod as the API server keeps it, after admission and
 * with its defaults, and what the kubelet reports in its status. Where a container says nothing, its pod's word counts.
 * Source: Kubernetes, API reference: PodSecurityContext, SecurityContext, ContainerStatus (user from 1.31 on, resources from 1.33 on).
 */
export class ApiView implements ProcessView {
  readonly judgedBy: string;
  readonly #pod: Pod;
  readonly #container: Container;
  readonly #status: ContainerStatus | undefined;

  /**
   * @param container the exporter's, by name
   * @param refusal why the process cannot be inspected: the API server's words
   * @throws an Error when the pod has no such container
   */
  constructor(pod: Pod, container: string, refusal: string) {
    const found = pod.spec.containers.find(({ name }) => name === container);
    if (!found) throw new Error(`The exporter's pod ${pod.metadata.name} has no container ${container}.`);
    this.#pod = pod;
    this.#container = found;
    this.#status = pod.status?.containerStatuses?.find(({ name }) => name === container);
    this.judgedBy = `judged by the API's view of the pod, as ${lowerFirst(forbids(refusal))} its inspection: ${refusal}`;
  }

  runsAs(user: number): Finding {
    const { runAsUser } = this.#context;
    const inSpec = runAsUser ?? this.#pod.spec.securityContext?.runAsUser;
    const uid = this.#status?.user?.linux?.uid ?? inSpec;
    if (uid === undefined) {
      throw new NotApplicable(
        `Nothing sets the user in the pod, and the kubelet does not report it: the image decides. It is ${this.judgedBy}`,
      );
    }
    return { holds: uid === user, expected: `user id ${user}`, actual: `user id ${uid}` };
  }

  hasNoCapabilities(): Finding {
    const { capabilities: { drop = [], add = [] } = {}, privileged = false } = this.#context;
    const dropsAll = drop.some((name) => name.toUpperCase() === 'ALL');
    const actual = `drop [${drop.join(', ')}], add [${add.join(', ')}]${privileged ? ', privileged' : ''}`;
    return { holds: dropsAll && add.length === 0 && !privileged, expected: 'capabilities: drop [ALL], and none added', actual };
  }

  gainsNoPrivileges(): Finding {
    const { allowPrivilegeEscalation: allowed } = this.#context;
    const expected = 'allowPrivilegeEscalation false';
    return { holds: allowed === false, expected, actual: `allowPrivilegeEscalation ${allowed ?? 'not set'}` };
  }

  rootIsReadOnly(): Finding {
    const { readOnlyRootFilesystem: readOnly } = this.#context;
    return {
      holds: readOnly === true,
      expected: 'readOnlyRootFilesystem true',
      actual: `readOnlyRootFilesystem ${readOnly ?? 'not set'}`,
    };
  }

  memoryIsLimited(memory: string): Finding {
    const limit = this.#amount('limits', 'memory');
    const holds = limit !== undefined && integerQuantity(limit) === integerQuantity(memory);
    return { holds, expected: `a limit of ${memory}`, actual: limit === undefined ? 'no limit' : `a limit of ${limit}` };
  }

  cpuIsLimited(cpu: string): Finding {
    const limit = this.#amount('limits', 'cpu');
    const holds = limit !== undefined && quantity(limit) === quantity(cpu);
    return { holds, expected: `a limit of ${cpu}`, actual: limit === undefined ? 'no limit' : `a limit of ${limit}` };
  }

  requests({ cpu, memory }: { readonly cpu: string; readonly memory: string }): Finding {
    const requested = { cpu: this.#amount('requests', 'cpu') ?? '0', memory: this.#amount('requests', 'memory') ?? '0' };
    return {
      holds: quantity(requested.cpu) === quantity(cpu) && integerQuantity(requested.memory) === integerQuantity(memory),
      expected: `${memory} and ${cpu} requested`,
      actual: `${requested.memory} and ${requested.cpu} requested`,
    };
  }

  /** That there is a token in a volume for one is the kubelet's doing: it starts no container before that. */
  tokenIsMounted(): Finding {
    const mount = this.#container.volumeMounts?.find(({ mountPath }) => isTokenDirectory(mountPath));
    const expected = 'a ServiceAccount token in a mount that is read-only';
    if (mount === undefined) return { holds: false, expected, actual: 'no such mount in the container' };
    const volume = this.#pod.spec.volumes?.find(({ name }) => name === mount.name);
    const isToken = volume?.projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken !== undefined) ?? false;
    const started = this.#status?.state?.running !== undefined;
    const what = isToken ? 'a projected token' : `the volume ${mount.name}, which is none of a token`;
    const how = mount.readOnly ? 'read-only' : 'writable';
    const actual = `${what} in ${mount.mountPath}, ${how}, the container ${started ? 'running' : 'not running'}`;
    return { holds: isToken && started && mount.readOnly === true, expected, actual };
  }

  get #context(): NonNullable<Container['securityContext']> {
    return this.#container.securityContext ?? {};
  }

  /** What the kubelet has given the container, or, where it does not report that, what the pod asks for. */
  #amount(kind: 'requests' | 'limits', resource: 'cpu' | 'memory'): string | undefined {
    return (this.#status?.resources ?? this.#container.resources)?.[kind]?.[resource];
  }
}

function lowerFirst(words: string): string {
  return words.startsWith('The ') ? `the ${words.slice(4)}` : words;
}
