import { get } from 'node:http';
import { get as getSecurely } from 'node:https';
import type { Clock } from '../clock.ts';
import type { Probe } from '../objects.ts';
import type { Machine, Program } from './process.ts';

/** Asks again and again, and tells when the answer has been another one often enough. */
export class Prober {
  private inARow = 0;
  private last: boolean | undefined;
  private verdict: boolean | undefined;
  private cancel: () => void = () => undefined;
  private stopped = false;

  constructor(
    private readonly probe: Probe,
    private readonly machine: Machine,
    private readonly program: Program,
    private readonly clock: Clock,
    private readonly tell: (success: boolean) => void,
    private readonly onFailure: () => void,
  ) {
    this.cancel = clock.after(probe.initialDelaySeconds ?? 0, () => void this.look());
  }

  stop(): void {
    this.stopped = true;
    this.cancel();
  }

  private async look(): Promise<void> {
    const success = await succeeds(this.probe, this.machine, this.program);
    if (this.stopped) return;
    const { successThreshold = 1, failureThreshold = 3, periodSeconds = 10 } = this.probe;
    this.inARow = success === this.last ? this.inARow + 1 : 1;
    this.last = success;
    if (!success) this.onFailure();
    if (this.verdict !== success && this.inARow >= (success ? successThreshold : failureThreshold)) {
      this.verdict = success;
      this.tell(success);
    }
    if (!this.stopped) this.cancel = this.clock.after(periodSeconds, () => void this.look());
  }
}

async function succeeds(
  { httpGet, exec, tcpSocket, timeoutSeconds = 1 }: Probe,
  machine: Machine,
  program: Program,
): Promise<boolean> {
  if (exec) return (await program.run(machine, exec.command ?? [])).code === 0;
  const wanted = httpGet?.port ?? tcpSocket?.port;
  const named = machine.container.ports?.find(({ name }) => name === String(wanted))?.containerPort;
  const real = machine.network.realPort(httpGet?.host ?? machine.ip, Number(typeof wanted === 'number' ? wanted : named));
  if (real === undefined) return false;
  if (!httpGet) return true;
  return new Promise((done) => {
    // A real socket is asked, so that this time is the wall's.
    const asked = {
      host: '127.0.0.1',
      port: real,
      path: httpGet.path,
      timeout: timeoutSeconds * 1000,
      rejectUnauthorized: false,
    };
    const ask = httpGet.scheme === 'HTTPS' ? getSecurely : get;
    const request = ask(asked, (response) => {
      response.resume();
      done((response.statusCode ?? 0) >= 200 && (response.statusCode ?? 0) < 400);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => done(false));
  });
}
