import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** The measurements of one run of a program. */
export interface Run {
  /** The CPU time of the whole process, which depends less on the load of the machine than the duration does. */
  readonly cpuSeconds: number;
  /** The maximum resident set size; undefined for a program other than Node. */
  readonly residentBytes: number | undefined;
  readonly stdout: string;
}

/** A module that prints the maximum resident set size in KiB to stderr on exit. */
const residentReporter =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('resident '+process.resourceUsage().maxRSS+'\\n'))";

export function runNode(args: readonly string[]): Promise<Run> {
  return run(process.execPath, ['--import', residentReporter, ...args], undefined);
}

/** Runs a command and prints the CPU time that it took, as POSIX defines it for `times`: `0m1.25s 0m0.10s` in the last line. */
const timedCommand = '"$0" "$@"; code=$?; times >&2; exit $code';

/**
 * Runs a program. The exit code is ignored, as promtool fails for its naming rules.
 * @param input the path of a file for its standard input
 * @throws an Error if the program cannot be started or is ended by a signal
 */
export function run(program: string, args: readonly string[], input: string | undefined): Promise<Run> {
  const stdin = input === undefined ? undefined : openSync(input, 'r');
  return new Promise<Run>((resolve, reject) => {
    const child = spawn('sh', ['-c', timedCommand, program, ...args], { stdio: [stdin ?? 'ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (data) => {
      stdout += data;
    });
    child.stderr?.on('data', (data) => {
      stderr = (stderr + data).slice(-4096);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const cpuSeconds = cpuSecondsIn(stderr);
      const resident = /^resident (\d+)$/m.exec(stderr)?.[1];
      // A shell exits with 126 or 127 for a program that it cannot start, and with 128 and the number of a signal.
      if (code === null || code > 125 || cpuSeconds === undefined) {
        reject(new Error(`${program} ended with ${signal ?? `exit code ${code}`} and without its CPU time: ${stderr}`));
      } else resolve({ cpuSeconds, residentBytes: resident === undefined ? undefined : Number(resident) * 1024, stdout });
    });
  }).finally(() => {
    if (stdin !== undefined) closeSync(stdin);
  });
}

/** The CPU time of a shell's children: user and system in the last line of `times`. */
function cpuSecondsIn(stderr: string): number | undefined {
  const [, ...parts] = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/.exec(stderr) ?? [];
  const [userMinutes, user, systemMinutes, system] = parts.map(Number);
  if (userMinutes === undefined || user === undefined || systemMinutes === undefined || system === undefined) return undefined;
  return (userMinutes + systemMinutes) * 60 + user + system;
}

/**
 * The ratio that a page requires of the reader: that of the first row of a table that has the name and, at its end, `≥ 5 ×`.
 * @throws an Error when the page has no such row
 */
export function requiredRatio(page: string, name: string): number {
  const row = page.split('\n').find((line) => line.startsWith('|') && line.includes(name));
  const ratio = Number(/≥ (\d+(?:\.\d+)?) × \|$/.exec(row ?? '')?.[1]);
  if (ratio > 0) return ratio;
  throw new Error(`Expected a row of a table with ${name} that ends with the required ratio, such as "≥ 5 × |"; found ${row}.`);
}

/** What a benchmark requires, and a sentence for each requirement that was missed. */
export class Targets {
  readonly #missed: string[] = [];

  get missed(): readonly string[] {
    return this.#missed;
  }

  /**
   * Judges a measurement, which is missed also where there is none.
   * @param bound whether the limit is the least or the most that is accepted
   * @param write writes a number with its unit: `18 ×`
   * @returns whether it was met, as a line
   */
  judge(
    what: string,
    measured: number | undefined,
    [bound, limit]: readonly ['least' | 'most', number],
    write: (value: number) => string,
  ): string {
    const expected = `at ${bound} ${write(limit)}`;
    const met = measured !== undefined && (bound === 'least' ? measured >= limit : measured <= limit);
    const actual = measured === undefined || Number.isNaN(measured) ? 'nothing' : write(measured);
    if (!met) this.#missed.push(`${what}: expected ${expected}, measured ${actual}.`);
    return `  ${what}: ${actual}, ${expected}: ${met ? 'met' : 'missed'}`;
  }
}

export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

/** The labels and values of a synthetic family, by the number of the pod. */
interface Shape {
  readonly family: string;
  readonly labels: (pod: number) => string;
  readonly value: (pod: number) => string;
}

const namespaces = Array.from({ length: 40 }, (_, index) => `team-${index}-production`);

/** Pseudo-random hexadecimal digits, the same in every run. */
function hexDigits(number: number, digits: number): string {
  return (Math.imul(number + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0').repeat(2).slice(0, digits);
}

function identity(pod: number): string {
  const namespace = namespaces[pod % namespaces.length];
  const uid = `${hexDigits(pod, 8)}-${hexDigits(pod, 4)}-4${hexDigits(pod, 3)}-8${hexDigits(pod + 7, 3)}-${hexDigits(pod + 9, 12)}`;
  return `namespace="${namespace}",pod="deployment-${pod % 997}-${hexDigits(pod, 10)}-${pod.toString(36)}",uid="${uid}"`;
}

const container = 'container="application"';
const shapes: readonly Shape[] = [
  { family: 'created', labels: identity, value: (pod) => `1.68${pod % 1_000_000}e+09` },
  { family: 'status_phase', labels: (pod) => `${identity(pod)},phase="Running"`, value: () => '1' },
  {
    family: 'info',
    labels: (pod) =>
      `${identity(pod)},host_ip="10.0.${pod % 250}.7",pod_ip="10.${pod % 200}.${pod % 250}.9",node="node-${pod % 500}",priority_class=""`,
    value: () => '1',
  },
  {
    family: 'container_resource_requests',
    labels: (pod) => `${identity(pod)},${container},node="node-${pod % 500}",resource="memory",unit="byte"`,
    value: (pod) => `${1 + (pod % 9)}.34217728e+08`,
  },
  { family: 'container_status_restarts_total', labels: (pod) => `${identity(pod)},${container}`, value: (pod) => `${pod % 13}` },
  {
    family: 'owner',
    labels: (pod) =>
      `${identity(pod)},owner_kind="ReplicaSet",owner_name="deployment-${pod % 997}-6d5f",owner_is_controller="true"`,
    value: () => '1',
  },
  {
    family: 'labels',
    labels: (pod) => `${identity(pod)},label_app_kubernetes_io_name="application-${pod % 997}",label_note="a \\"quoted\\" note"`,
    value: () => '1',
  },
];

/**
 * Generates an exposition in the text format like that of kube-state-metrics in a large cluster, with about 200 bytes per sample. It is
 * the same in every run, and is yielded in chunks of about 64 KiB.
 * @param bytes the minimum size
 * @param familyBytes the maximum size of a family
 */
export function* syntheticExposition(bytes: number, familyBytes = 4_000_000): Generator<string> {
  let written = 0;
  let chunk = '';
  for (let number = 0; written < bytes; number++) {
    const shape = shapes[number % shapes.length] as Shape;
    const family = `kube_pod_${number}_${shape.family}`;
    const type = shape.family.endsWith('_total') ? 'counter' : 'gauge';
    chunk += `# HELP ${family} Information about a pod.\n# TYPE ${family} ${type}\n`;
    const end = Math.min(bytes, written + familyBytes);
    for (let pod = 0; written < end; pod++) {
      const line = `${family}{${shape.labels(pod)}} ${shape.value(pod)}\n`;
      written += line.length;
      chunk += line;
      if (chunk.length < 64 * 1024) continue;
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}
