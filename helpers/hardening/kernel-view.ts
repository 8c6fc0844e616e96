import { integerQuantity, quantity } from '../accounting/quantity.ts';
import { cgroupLimits, weighs } from './cgroup.ts';
import { type Inspection, inspected } from './inspection-script.ts';
import { type Mount, mounts, rootMount, tokenMounts } from './mounts.ts';
import { heldCapabilities, type ProcessStatus, processStatus } from './process-status.ts';
import type { Finding, ProcessView } from './view.ts';

/** What the kernel says of the exporter's process. */
export class KernelView implements ProcessView {
  /** @param requested the memory that the scheduler counts, which no cgroup shows */
  constructor(
    private readonly inspection: Inspection,
    private readonly requested: string,
  ) {}

  runsAs(user: number): Finding {
    const { userIds } = this.#status();
    const wanted = `user id ${user}, real, effective, saved and of the file system`;
    return { holds: userIds.every((id) => id === user), wanted, seen: `user id ${[...new Set(userIds)].join(', ')}` };
  }

  hasNoCapabilities(): Finding {
    const status = this.#status();
    const held = heldCapabilities(status);
    const sets = `${Object.keys(status.capabilities).join(', ')} empty`;
    return { holds: held.length === 0, wanted: 'all five capability sets empty', seen: held.join('\n') || sets };
  }

  gainsNoPrivileges(): Finding {
    const { noNewPrivileges } = this.#status();
    return { holds: noNewPrivileges, wanted: 'NoNewPrivs 1', seen: `NoNewPrivs ${noNewPrivileges ? 1 : 0}` };
  }

  rootIsReadOnly(): Finding {
    const { options, type } = rootMount(this.#mounts());
    return { holds: options.includes('ro'), wanted: '/ mounted ro', seen: `/ (${type}) mounted ${options.join(',')}` };
  }

  memoryIsLimited(memory: string): Finding {
    const { memoryBytes } = cgroupLimits(this.inspection);
    const seen = memoryBytes === undefined ? 'no limit' : `${memoryBytes} bytes`;
    return { holds: memoryBytes === integerQuantity(memory), wanted: `${memory} in the exporter's memory cgroup`, seen };
  }

  cpuIsLimited(cpu: string): Finding {
    const { cores } = cgroupLimits(this.inspection);
    const seen = cores === undefined ? 'no limit' : `${cores} cores`;
    return { holds: cores === quantity(cpu), wanted: `${cpu} in the exporter's CPU cgroup`, seen };
  }

  requests({ cpu, memory }: { readonly cpu: string; readonly memory: string }): Finding {
    const { holds: weighed, seen } = weighs(this.inspection, quantity(cpu));
    return {
      holds: integerQuantity(this.requested) === integerQuantity(memory) && weighed,
      wanted: `${memory} requested, and the weight of a request for ${cpu}`,
      seen: `${this.requested} requested, and ${seen}`,
    };
  }

  tokenIsMounted(): Finding {
    const [token] = tokenMounts(this.#mounts());
    const bytes = Number(this.inspection.get('token bytes') ?? 0);
    const wanted = 'a ServiceAccount token in a mount that is ro';
    if (token === undefined) return { holds: false, wanted, seen: 'no such mount among those of the process' };
    const seen = `${bytes} bytes in ${token.point}, mounted ${token.options.join(',')}`;
    return { holds: bytes > 0 && token.options.includes('ro'), wanted, seen };
  }

  #status(): ProcessStatus {
    return processStatus(inspected(this.inspection, 'status'));
  }

  #mounts(): readonly Mount[] {
    return mounts(inspected(this.inspection, 'mountinfo'));
  }
}
