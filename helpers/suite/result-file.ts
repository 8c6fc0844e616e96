import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory, writePrivately } from '../private-files.ts';
import { redactStrings } from '../redaction/text.ts';
import type { FinishedWait } from '../wait.ts';

/** How one execution of a requirement can end, before causes and known issues are considered. `skipped`: the cluster failed. */
export type RawStatus = 'passed' | 'failed' | 'blocked' | 'skipped' | 'not-applicable';

/** How one execution of a requirement ended, before causes and known issues are considered. */
export interface RawResult {
  readonly id: string;
  readonly status: RawStatus;
  /** ISO 8601, UTC; absent where its body was not executed. */
  readonly startedAt?: string;
  readonly durationMs: number;
  readonly reason?: string;
  readonly observed?: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly see?: string;
}

/** The result of one execution, as the worker writes it. */
export interface Outcome extends RawResult {
  /** Set when the cluster, not the exporter, failed. */
  readonly infrastructure?: string;
  /** Set when it failed exactly as a known issue describes. */
  readonly isKnownIssue?: boolean;
  /** Of several workloads, the first that it failed for: `Deployment monitoring/exporter`. */
  readonly workload?: string;
  /** What its body waited for, in the order in which the waits ended. */
  readonly waits?: readonly FinishedWait[];
}

const folder = (directory: string) => join(directory, 'results');
const fileOf = (directory: string, id: string) => join(folder(directory), `${id.replaceAll('/', '__')}.json`);

/** Writes a result, with secrets from logs and objects redacted. */
export function writeResult(directory: string, result: Outcome): void {
  makePrivateDirectory(folder(directory));
  writePrivately(fileOf(directory, result.id), JSON.stringify(redactStrings(result)));
}

/** The result of a requirement, or undefined while it has none. */
export function readResult(directory: string, id: string): Outcome | undefined {
  const file = fileOf(directory, id);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Outcome) : undefined;
}

/** All results that are written so far. */
export function readResults(directory: string): readonly Outcome[] {
  if (!existsSync(folder(directory))) return [];
  const files = readdirSync(folder(directory)).filter((file) => file.endsWith('.json'));
  return files.map((file) => JSON.parse(readFileSync(join(folder(directory), file), 'utf8')) as Outcome);
}
