import type { Pod } from './objects.ts';

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
