import { PassThrough } from 'node:stream';
import type { V1Status } from '@kubernetes/client-node';
import { Exec } from '@kubernetes/client-node/dist/exec.js';
import { InfrastructureError } from '../errors.ts';
import { type Connection, webSocketConfig } from './connection.ts';
import { refuseSession } from './read-only.ts';

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/**
 * Runs a command in a container and waits for its end.
 * @param within the deadline in milliseconds, as the exit status may never arrive
 * @throws an Error with the output so far when the deadline passes; InfrastructureError when the command cannot be started in its
 *   container or the connection breaks, of which neither says anything about what the command examines; WriteRefused for a read-only
 *   connection
 */
export async function exec(
  connection: Connection,
  target: ExecTarget,
  command: readonly string[],
  within: number,
): Promise<ExecResult> {
  const { namespace, pod, container } = target;
  refuseSession(connection, `exec in ${namespace}/${pod}`);
  const stdout = new CollectedOutput();
  const stderr = new CollectedOutput();
  let timer: NodeJS.Timeout | undefined;
  const what = (why: string) =>
    `"${command.join(' ')}" in ${namespace}/${pod} ${why}; it printed: ${`${stdout}${stderr}` || '(nothing)'}`;
  const status = await new Promise<V1Status>((resolve, reject) => {
    const fail = (why: string) => reject(new InfrastructureError(what(why)));
    timer = setTimeout(() => reject(new Error(what(`did not end within ${within / 1000} s`))), within);
    new Exec(webSocketConfig(connection))
      .exec(namespace, pod, container, [...command], stdout.stream, stderr.stream, null, false, resolve)
      .then((socket) => socket.on('error', (error: Error) => fail(`lost its connection: ${error.message}`)))
      .catch((error: Error) => fail(`could not be started: ${error.message}`));
  }).finally(() => clearTimeout(timer));
  const exitCode = exitCodeOf(status);
  if (exitCode === undefined) {
    throw new InfrastructureError(what(`was not run by the container runtime: ${status.message ?? 'it gave no reason'}`));
  }
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** Undefined where the command has none, as the runtime did not run it: `container not created: not found`. */
function exitCodeOf({ status, details }: V1Status): number | undefined {
  if (status === 'Success') return 0;
  const code = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  return code === undefined ? undefined : Number(code);
}

class CollectedOutput {
  readonly stream = new PassThrough();
  private text = '';

  constructor() {
    this.stream.on('data', (chunk: Buffer) => {
      this.text += chunk.toString();
    });
  }

  toString(): string {
    return this.text;
  }
}
