import type { Container, Service, ServicePort } from '../kube/workload.ts';

/** A port of the exporter: where its container listens, and how its Service calls it. */
export interface ExporterPort {
  /** As the Service names it, else as the container does. */
  readonly name: string;
  /** Where the exporter listens in its pod. */
  readonly number: number;
  /** The Service's own number; absent when the Service does not lead there. */
  readonly servicePort?: number;
}

export interface ExporterPorts {
  /** Where the exporter tells of the cluster's objects. */
  readonly metrics: ExporterPort;
  /** Where it tells of itself. */
  readonly telemetry: ExporterPort;
}

// Source: the exporter's documentation of its arguments.
const DEFAULT_PORT = { metrics: 8080, telemetry: 8081 };
const FLAG = { metrics: '--port', telemetry: '--telemetry-port' };

/** Where the exporter listens is what its arguments say; the manifests' own names follow from the number. */
export function portsOf(container: Container, service: Service): ExporterPorts {
  return { metrics: portOf('metrics', container, service), telemetry: portOf('telemetry', container, service) };
}

function portOf(purpose: keyof ExporterPorts, container: Container, service: Service): ExporterPort {
  const number = Number(flagValue(argumentsOf(container), FLAG[purpose]) ?? DEFAULT_PORT[purpose]);
  const declared = container.ports?.find(({ containerPort }) => containerPort === number);
  const leadsThere = ({ port, targetPort = port }: ServicePort) =>
    targetPort === number || (declared?.name !== undefined && targetPort === declared.name);
  const published = service.spec.ports?.find(leadsThere);

  const name = published?.name ?? declared?.name ?? purpose;
  return published ? { name, number, servicePort: published.port } : { name, number };
}

/** All that follows the exporter's own name on its command line. */
export function argumentsOf({ command = [], args = [] }: Container): readonly string[] {
  return [...command.slice(1), ...args];
}

/** `--port=8080` or `--port 8080`; the last one counts. */
function flagValue(list: readonly string[], flag: string): string | undefined {
  const at = list.findLastIndex((argument) => argument === flag || argument.startsWith(`${flag}=`));
  const argument = list[at];
  return argument === flag ? list[at + 1] : argument?.slice(flag.length + 1);
}
