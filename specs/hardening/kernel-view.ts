import { integerQuantity, quantity } from '../../helpers/catalogue/quantity.ts';
import { type Inspection, inspected } from '../../helpers/exporter/inspection-script.ts';
import type { Profile, Promises } from '../../helpers/exporter/profile.ts';
import {
  cgroupLimits,
  compareWeight,
  heldCapabilities,
  type Mount,
  mounts,
  type ProcessStatus,
  processStatus,
  rootMount,
  tokenMounts,
} from './proc.ts';

/** A fact of the process, compared with the expected one. */
export interface Finding {
  readonly holds: boolean;
  readonly expected: string;
  readonly actual: string;
}

type Resources = NonNullable<Promises['resources']>;

/** The hardening of the exporter's process according to one source. Each method throws an Error when the source lacks the fact. */
export interface ProcessView {
  /** The source of the findings for the report; undefined for the kernel. */
  readonly judgedBy?: string;
  runsAs(user: Profile['promises']['user']): Finding;
  hasNoCapabilities(): Finding;
  gainsNoPrivileges(): Finding;
  rootIsReadOnly(): Finding;
  memoryIsLimited(memory: Resources['limits']['memory']): Finding;
  cpuIsLimited(cpu: Resources['limits']['cpu']): Finding;
  requests(resources: Resources['requests']): Finding;
  tokenIsMounted(): Finding;
}

/** The hardening of the exporter's process as the kernel shows it in /proc and in the cgroup. */
export class KernelView implements ProcessView {
  /** @param requested the requested memory, which no cgroup shows: `64Mi` */
  constructor(
    private readonly inspection: Inspection,
    private readonly requested: string,
  ) {}

  runsAs(user: number): Finding {
    const { userIds } = this.#status();
    const expected = `user id ${user} (real, effective, saved and file system)`;
    return { holds: userIds.every((id) => id === user), expected, actual: `user id ${[...new Set(userIds)].join(', ')}` };
  }

  hasNoCapabilities(): Finding {
    const status = this.#status();
    const held = heldCapabilities(status);
    const sets = `${Object.keys(status.capabilities).join(', ')} empty`;
    return { holds: held.length === 0, expected: 'all five capability sets empty', actual: held.join('\n') || sets };
  }

  gainsNoPrivileges(): Finding {
    const { noNewPrivileges } = this.#status();
    return { holds: noNewPrivileges, expected: 'NoNewPrivs 1', actual: `NoNewPrivs ${noNewPrivileges ? 1 : 0}` };
  }

  rootIsReadOnly(): Finding {
    const { options, type } = rootMount(this.#mounts());
    return { holds: options.includes('ro'), expected: '/ mounted ro', actual: `/ (${type}) mounted ${options.join(',')}` };
  }

  memoryIsLimited(memory: string): Finding {
    const { memoryBytes } = cgroupLimits(this.inspection);
    const actual = memoryBytes === undefined ? 'no limit' : `${memoryBytes} bytes`;
    return { holds: memoryBytes === integerQuantity(memory), expected: `${memory} in the exporter's memory cgroup`, actual };
  }

  cpuIsLimited(cpu: string): Finding {
    const { cores } = cgroupLimits(this.inspection);
    const actual = cores === undefined ? 'no limit' : `${cores} cores`;
    return { holds: cores === quantity(cpu), expected: `${cpu} in the exporter's CPU cgroup`, actual };
  }

  requests({ cpu, memory }: { readonly cpu: string; readonly memory: string }): Finding {
    const { holds: hasWeight, actual } = compareWeight(this.inspection, quantity(cpu));
    return {
      holds: integerQuantity(this.requested) === integerQuantity(memory) && hasWeight,
      expected: `${memory} requested, and the weight of a request for ${cpu}`,
      actual: `${this.requested} requested, and ${actual}`,
    };
  }

  tokenIsMounted(): Finding {
    const [token] = tokenMounts(this.#mounts());
    const bytes = Number(this.inspection.get('token bytes') ?? 0);
    const expected = 'a ServiceAccount token in a mount that is ro';
    if (token === undefined) return { holds: false, expected, actual: 'no such mount in the process' };
    const actual = `${bytes} bytes in ${token.point}, mounted ${token.options.join(',')}`;
    return { holds: bytes > 0 && token.options.includes('ro'), expected, actual };
  }

  #status(): ProcessStatus {
    return processStatus(inspected(this.inspection, 'status'));
  }

  #mounts(): readonly Mount[] {
    return mounts(inspected(this.inspection, 'mountinfo'));
  }
}
