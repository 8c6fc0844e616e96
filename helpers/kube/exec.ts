import { PassThrough } from 'node:stream';
import type { V1Status } from '@kubernetes/client-node';
import { Exec } from '@kubernetes/client-node/dist/exec.js';
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
 * @throws an Error with the output so far when the deadline passes or the connection breaks; WriteRefused for a read-only connection
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
  const status = await new Promise<V1Status>((resolve, reject) => {
    const fail = (why: string) =>
      reject(new Error(`"${command.join(' ')}" in ${namespace}/${pod} ${why}; it printed: ${stdout}${stderr || '(nothing)'}`));
    timer = setTimeout(() => fail(`did not end within ${within / 1000} s`), within);
    new Exec(webSocketConfig(connection))
      .exec(namespace, pod, container, [...command], stdout.stream, stderr.stream, null, false, resolve)
      .then((socket) => socket.on('error', (error: Error) => fail(`lost its connection: ${error.message}`)))
      .catch((error: Error) => fail(`could not be started: ${error.message}`));
  }).finally(() => clearTimeout(timer));
  return { exitCode: exitCodeOf(status), stdout: stdout.toString(), stderr: stderr.toString() };
}

function exitCodeOf({ status, details, message }: V1Status): number {
  if (status === 'Success') return 0;
  const code = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (code === undefined) throw new Error(`The command could not be run: ${message ?? 'no reason was given'}.`);
  return Number(code);
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
