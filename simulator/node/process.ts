import type { Network } from '../network.ts';
import type { Container, Pod } from '../objects.ts';
import type { Outcome } from '../runtime.ts';
import type { Backend } from '../services.ts';

/** A scripted stand-in for what a container runs; nothing of it runs on the host. */
export interface Process {
  /** The exit code, once it has ended. */
  readonly ended: Promise<number>;
  stop(): void;
}

export interface Connection {
  /** As /proc/net/tcp has it. */
  line(): string;
  close(): void;
}

/** Where a stand-in runs. */
export interface Machine {
  readonly pod: Pod;
  readonly container: Container;
  readonly ip: string;
  readonly network: Network;
  /** The files that scripts have made. */
  readonly files: Set<string>;
  /** The connections that it holds open. */
  readonly connections: Connection[];
  /** Prints to the container's log. */
  print(text: string): void;
  /** The files of the ConfigMap that is mounted at a path; none where there is no such mount. */
  mounted(path: string): Readonly<Record<string, string>>;
  /** The ServiceAccount's token, where it is mounted. */
  token(): Promise<string | undefined>;
  /** Where a connection to an address goes; undefined where it is refused. */
  route(ip: string, port: number): Backend | undefined;
  /** The addresses of a name, as the pod's resolver finds them. */
  resolve(name: string): readonly string[];
}

/** A program: what an image runs when its container starts, and what may be run beside it. */
export interface Program {
  start(machine: Machine): Process;
  run(machine: Machine, command: readonly string[]): Promise<Outcome>;
}

/** A process that goes on until it is stopped. */
export function endless(onStop: () => void = () => undefined, code = 137): Process {
  let end: (exitCode: number) => void;
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  return {
    ended,
    stop: () => {
      onStop();
      end(code);
    },
  };
}
