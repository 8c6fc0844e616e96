import { parse } from 'yaml';
import { UsageError } from '../errors.ts';
import type { GateDifference } from './difference.ts';
import { displayPath, readText } from './sources.ts';

/** A decision to accept a difference until a day. */
export interface Waiver {
  /** The id of a difference; `*` matches any characters: `surface/family-gone/kube_endpoint_*`. */
  readonly difference: string;
  readonly reason: string;
  /** The last day on which it applies: `2030-01-31`, UTC. */
  readonly until: string;
}

export interface Waived {
  readonly differences: readonly GateDifference[];
  /** Waivers that match no difference. */
  readonly unused: readonly Waiver[];
  /** Waivers whose last day has passed; they have no effect. */
  readonly expired: readonly Waiver[];
}

const form = 'expected a list of {difference, reason, until: YYYY-MM-DD}';

/**
 * Reads the waivers of a file.
 * @param file undefined for no waivers
 * @throws UsageError when the file cannot be read or is not a list of waivers
 */
export function readWaiverFile(file: string | undefined): readonly Waiver[] {
  return file === undefined ? [] : readWaivers(readText(file), displayPath(file));
}

/**
 * Parses a YAML list of waivers.
 * @param file its path, for errors
 * @throws UsageError when the text is not such a list; it names the file and the waiver
 */
export function readWaivers(text: string, file: string): readonly Waiver[] {
  const parsed = parseYaml(text, file);
  if (parsed === null || parsed === undefined) return [];
  if (!Array.isArray(parsed)) throw new UsageError(`${file} is not a list of waivers: ${form}.`);
  return parsed.map((entry: unknown, index) => waiverOf(entry, `${file}, waiver ${index + 1}`));
}

/** Applies the waivers that are valid on a day. Harmless differences need no waiver and get none. */
export function applyWaivers(differences: readonly GateDifference[], waivers: readonly Waiver[], today: Date): Waived {
  const day = today.toISOString().slice(0, 10);
  const expired = waivers.filter(({ until }) => until < day);
  const valid = waivers.filter(({ until }) => until >= day);
  const used = new Set<Waiver>();
  const waived = differences.map((difference) => {
    if (difference.severity === 'harmless') return difference;
    const waiver = valid.find((candidate) => matches(candidate, difference.id));
    if (!waiver) return difference;
    used.add(waiver);
    return { ...difference, waived: { reason: waiver.reason, until: waiver.until } };
  });
  return { differences: waived, unused: valid.filter((waiver) => !used.has(waiver)), expired };
}

function matches({ difference }: Waiver, id: string): boolean {
  const pattern = difference.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(id);
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not YAML: ${(error as Error).message.split('\n')[0]}`);
  }
}

function waiverOf(entry: unknown, place: string): Waiver {
  const { difference, reason, until } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  if (typeof difference !== 'string' || typeof reason !== 'string' || reason.trim() === '' || typeof until !== 'string') {
    throw new UsageError(`${place} is incomplete: ${form}.`);
  }
  const unknown = Object.keys(entry as object).find((name) => !['difference', 'reason', 'until'].includes(name));
  if (unknown !== undefined) throw new UsageError(`${place} has "${unknown}", which is not a field of a waiver: ${form}.`);
  if (!isDate(until)) throw new UsageError(`${place} ends on "${until}", which is not a date: ${form}.`);
  return { difference, reason, until };
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toString() !== 'Invalid Date' && roundTrips(text);
}

/** `Date` reads 31 February as a day in March. */
function roundTrips(text: string): boolean {
  return new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}
