import type { Pod } from './objects.ts';

/** What a command printed, and the code with which it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the API server asks of the nodes. */
export interface Runtime {
  exec(pod: Pod, container: string, command: readonly string[]): Promise<Outcome>;
  /** Undefined where the container has never run. */
  log(pod: Pod, container: string, previous: boolean): string | undefined;
}
