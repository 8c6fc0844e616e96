import { KubeClient, type Request } from '../client.ts';
import type { HttpResponse } from '../exchange.ts';

/** The outcome of a request instead of its response: a refusal, or an error of the connection. */
export type Fault = { readonly status: number; readonly message: string } | Error;

/** For tests: a client that records its requests, and that can fail them. */
export class FaultyClient extends KubeClient {
  /** `DELETE /api/v1/namespaces/made/configmaps/a` */
  readonly sent: string[] = [];

  /**
   * @param fault returns the fault of a request, or undefined to send it
   * @param late whether a request with a fault is sent and only its response is lost
   */
  constructor(
    client: KubeClient,
    private readonly fault: (request: string) => Fault | undefined = () => undefined,
    private readonly late = false,
  ) {
    super(client.connection, client.mapper);
  }

  override async send<T = unknown>(method: string, path: string, request: Request = {}): Promise<HttpResponse<T>> {
    const line = `${method} ${path}`;
    this.sent.push(line);
    const fault = this.fault(line);
    if (fault === undefined) return super.send<T>(method, path, request);
    if (this.late) await super.send<T>(method, path, request);
    if (fault instanceof Error) throw fault;
    const { status, message } = fault;
    return { status, headers: {}, data: { kind: 'Status', reason: 'Planted', message } } as HttpResponse<T>;
  }
}
