import type { InspectedFile, Inspection } from '../../helpers/exporter/inspection-script.ts';

/** What the kernel holds a container to; undefined where it holds it to nothing. */
export interface CgroupLimits {
  readonly memoryBytes: number | undefined;
  readonly cores: number | undefined;
}

/** From here on a limit of version 1 is none: it is written as the largest multiple of a page. */
const UNLIMITED_BYTES = 2 ** 62;

/**
 * The limits as the cgroup has them, whichever version of cgroups the node has.
 * Source: the kernel's documentation of cgroup version 2 (memory.max, cpu.max) and of version 1 (memory.limit_in_bytes,
 * cpu.cfs_quota_us, which is negative where there is no quota).
 * @throws an Error when the files of neither version are there
 */
export function cgroupLimits(inspection: Inspection): CgroupLimits {
  return { memoryBytes: memoryOf(inspection), cores: coresOf(inspection) };
}

function memoryOf(inspection: Inspection): number | undefined {
  const text = oneOf(inspection, 'memory.max', 'memory.limit_in_bytes');
  const bytes = text === 'max' ? Number.POSITIVE_INFINITY : number(text);
  return bytes < UNLIMITED_BYTES ? bytes : undefined;
}

function coresOf(inspection: Inspection): number | undefined {
  const [quota = '', period = inspection.get('cpu.cfs_period_us') ?? ''] = oneOf(inspection, 'cpu.max', 'cpu.cfs_quota_us').split(
    ' ',
  );
  if (quota === 'max' || quota.startsWith('-')) return undefined;
  return number(quota) / number(period);
}

function oneOf(inspection: Inspection, second: InspectedFile, first: InspectedFile): string {
  const text = inspection.get(second) ?? inspection.get(first);
  if (text !== undefined) return text;
  throw new Error(
    `The exporter's cgroup tells neither ${second} nor ${first} under its /sys/fs/cgroup; read: ${[...inspection.keys()].join(', ')}.`,
  );
}

function number(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`Expected a number in the exporter's cgroup, got "${text}".`);
  return Number(text);
}

/**
 * Whether the cgroup's weight is that of a request for CPU.
 * Source: Kubernetes' kubelet (1024 shares a core, at least 2); runc, which spreads shares over the weights of version 2, evenly
 * in older releases and so that the default of one is the default of the other in newer ones.
 * @param cores what was requested
 * @param inspection what was read; the weight is told in `cpu.weight` or, in version 1, in `cpu.shares`
 */
export function weighs(inspection: Inspection, cores: number): { readonly holds: boolean; readonly actual: string } {
  const shares = Math.max(2, Math.floor(cores * 1024));
  const weight = inspection.get('cpu.weight');
  if (weight === undefined) {
    const actual = oneOf(inspection, 'cpu.weight', 'cpu.shares');
    return { holds: Number(actual) === shares, actual: `cpu.shares ${actual}` };
  }
  return { holds: [evenWeight(shares), fittedWeight(shares)].includes(Number(weight)), actual: `cpu.weight ${weight}` };
}

function evenWeight(shares: number): number {
  return 1 + Math.floor(((shares - 2) * 9999) / 262142);
}

function fittedWeight(shares: number): number {
  const power = Math.log2(shares);
  return Math.ceil(10 ** ((power * power + 125 * power) / 612 - 7 / 34));
}
