import { integerQuantity, quantity } from '../../helpers/catalogue/quantity.ts';
import { NotApplicable } from '../../helpers/failure.ts';
import type { ContainerStatus, Pod } from '../../helpers/kube/pod.ts';
import type { Container } from '../../helpers/kube/workload.ts';
import { forbids } from '../../helpers/suite/pod-admission.ts';
import type { Finding, ProcessView } from './kernel-view.ts';
import { isTokenDirectory } from './proc.ts';

/**
 * The hardening of the exporter's process where the inspector is refused: the pod as the API server stores it, after admission and
 * with defaults, and the status that the kubelet reports. A field that a container does not set is the pod's.
 * Source: Kubernetes, API reference: PodSecurityContext, SecurityContext, ContainerStatus (user from 1.31 on, resources from 1.33 on).
 */
export class ApiView implements ProcessView {
  readonly judgedBy: string;
  readonly #pod: Pod;
  readonly #container: Container;
  readonly #status: ContainerStatus | undefined;

  /**
   * @param container the name of the exporter's container
   * @param refusal the API server's message that refuses the inspector
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
        `The pod does not set the user and the kubelet does not report it, so the image decides. The user would be ${this.judgedBy}`,
      );
    }
    return { holds: uid === user, expected: `user id ${user}`, actual: `user id ${uid}` };
  }

  hasNoCapabilities(): Finding {
    const { capabilities: { drop = [], add = [] } = {}, privileged = false } = this.#context;
    const dropsAll = drop.some((name) => name.toUpperCase() === 'ALL');
    const actual = `drop [${drop.join(', ')}], add [${add.join(', ')}]${privileged ? ', privileged' : ''}`;
    return { holds: dropsAll && add.length === 0 && !privileged, expected: 'capabilities: drop [ALL], add []', actual };
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

  /** The kubelet starts a container only once its projected token is in the volume. */
  tokenIsMounted(): Finding {
    const mount = this.#container.volumeMounts?.find(({ mountPath }) => isTokenDirectory(mountPath));
    const expected = 'a ServiceAccount token in a mount that is read-only';
    if (mount === undefined) return { holds: false, expected, actual: 'no such mount in the container' };
    const volume = this.#pod.spec.volumes?.find(({ name }) => name === mount.name);
    const isToken = volume?.projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken !== undefined) ?? false;
    const started = this.#status?.state?.running !== undefined;
    const source = isToken ? 'a projected token' : `the volume ${mount.name}, which has no token`;
    const mode = mount.readOnly ? 'read-only' : 'writable';
    const actual = `${source} in ${mount.mountPath}, ${mode}, the container ${started ? 'running' : 'not running'}`;
    return { holds: isToken && started && mount.readOnly === true, expected, actual };
  }

  get #context(): NonNullable<Container['securityContext']> {
    return this.#container.securityContext ?? {};
  }

  /** The amount that the kubelet reports in the container's status, otherwise the one of the pod's spec. */
  #amount(kind: 'requests' | 'limits', resource: 'cpu' | 'memory'): string | undefined {
    return (this.#status?.resources ?? this.#container.resources)?.[kind]?.[resource];
  }
}

function lowerFirst(text: string): string {
  return text.startsWith('The ') ? `the ${text.slice(4)}` : text;
}
