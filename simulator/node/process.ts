import type { Backend, Network } from '../network.ts';
import type { Container, Pod } from '../objects.ts';

/** The output and exit code of a command. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the API server requests from kubelets. */
export interface Runtime {
  exec(pod: Pod, container: string, command: readonly string[]): Promise<Outcome>;
  /** Undefined when the container has never run. */
  log(pod: Pod, container: string, previous: boolean): string | undefined;
}

/** A stand-in for the process of a container; it runs no command on the host. */
export interface Process {
  /** Resolves to the exit code. */
  readonly ended: Promise<number>;
  stop(): void;
}

export interface Connection {
  /** Its line in /proc/net/tcp. */
  line(): string;
  close(): void;
}

/** The environment of a process. */
export interface Machine {
  readonly pod: Pod;
  readonly container: Container;
  readonly ip: string;
  readonly network: Network;
  /** The paths of the files that scripts have created. */
  readonly files: Set<string>;
  /** Its open connections. */
  readonly connections: Connection[];
  /** Writes to the log of the container. */
  print(text: string): void;
  /** The data of the ConfigMap or Secret that is mounted at a path; empty without such a mount. */
  mounted(path: string): Readonly<Record<string, string>>;
  /** The token of the ServiceAccount; undefined when it is not mounted. */
  token(): Promise<string | undefined>;
  /** Resolves a cluster IP to an endpoint; undefined when the connection is refused. */
  route(ip: string, port: number): Backend | undefined;
  /** Resolves a name with the resolver of the pod; empty when it does not exist. */
  resolve(name: string): readonly string[];
}

/** What an image runs: its entrypoint, and commands through exec. */
export interface Program {
  start(machine: Machine): Process;
  run(machine: Machine, command: readonly string[]): Promise<Outcome>;
}

/** A process that runs until it is stopped. */
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
