import { get } from 'node:http';
import { get as getSecurely } from 'node:https';
import { Deadlines } from '../../helpers/kube/deadlines.ts';
import type { Clock } from '../clock.ts';
import type { Probe } from '../objects.ts';
import type { Machine, Program } from './process.ts';

/** Runs a probe periodically and reports each change of its result that reaches the threshold. */
export class Prober {
  private consecutive = 0;
  private last: boolean | undefined;
  private reported: boolean | undefined;
  private cancel: () => void = () => undefined;
  private stopped = false;

  constructor(
    private readonly probe: Probe,
    private readonly machine: Machine,
    private readonly program: Program,
    private readonly clock: Clock,
    private readonly onResult: (success: boolean) => void,
    /** Receives the words on each failure. */
    private readonly onFailure: (words: string) => void,
  ) {
    this.cancel = clock.after(probe.initialDelaySeconds ?? 0, () => void this.probeOnce());
  }

  stop(): void {
    this.stopped = true;
    this.cancel();
  }

  private async probeOnce(): Promise<void> {
    const result = await resultOf(this.probe, this.machine, this.program);
    if (this.stopped) return;
    if (result !== undefined) this.count(result);
    if (!this.stopped) this.cancel = this.clock.after(this.probe.periodSeconds ?? 10, () => void this.probeOnce());
  }

  private count(result: Result): void {
    const { failure } = result;
    const success = failure === undefined;
    const { successThreshold = 1, failureThreshold = 3 } = this.probe;
    this.consecutive = success === this.last ? this.consecutive + 1 : 1;
    this.last = success;
    if (failure !== undefined) this.onFailure(failure);
    if (this.reported !== success && this.consecutive >= (success ? successThreshold : failureThreshold)) {
      this.reported = success;
      this.onResult(success);
    }
  }
}

interface Result {
  /** The kubelet's words on a failure. */
  readonly failure?: string;
}

const succeeded: Result = {};

/** @returns undefined for a port that the container does not declare: the kubelet sends nothing, and discards the result */
async function resultOf(
  { httpGet, exec, tcpSocket, timeoutSeconds = 1 }: Probe,
  machine: Machine,
  program: Program,
): Promise<Result | undefined> {
  if (exec) {
    const { code, stdout, stderr } = await program.run(machine, exec.command ?? []);
    return code === 0 ? succeeded : { failure: stdout + stderr };
  }
  const port = httpGet?.port ?? tcpSocket?.port;
  const named = machine.container.ports?.find(({ name }) => name === String(port))?.containerPort;
  if (typeof port === 'string' && named === undefined) return undefined;
  const realPort = machine.network.realPort(httpGet?.host ?? machine.ip, Number(typeof port === 'number' ? port : named));
  if (realPort === undefined) return { failure: 'connect: connection refused' };
  if (!httpGet) return succeeded;
  // The request uses a real socket, so its timeout is in real time; while this process stands still, the container does as well.
  const deadlines = new Deadlines('the probe', { total: 0, idle: timeoutSeconds * 1000 }, []);
  const result = await new Promise<Result>((done) => {
    const options = { host: '127.0.0.1', port: realPort, path: httpGet.path, rejectUnauthorized: false };
    const send = httpGet.scheme === 'HTTPS' ? getSecurely : get;
    const request = send(options, (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      done(statusCode >= 200 && statusCode < 400 ? succeeded : { failure: `HTTP probe failed with statuscode: ${statusCode}` });
    });
    request.on('error', ({ code, message }: NodeJS.ErrnoException) =>
      done({ failure: code === 'EPROTO' ? 'http: server gave HTTP response to HTTPS client' : message }),
    );
    deadlines.govern(request);
  });
  deadlines.clear();
  return result;
}
