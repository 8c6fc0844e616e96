import type { RawObject } from '../kube/object.ts';
import { restricted } from '../kube/restricted.ts';
import type { Labels } from '../kube/workload.ts';

/** The port of the HTTP API. */
export const PROMETHEUS_PORT = 9090;

/** The directory of the configuration in the container; `rule_files` are relative to it. */
const CONFIGURATION = '/etc/prometheus';

/**
 * The part of a configuration that every Prometheus of the suite has: one interval, and the rule files of its directory.
 * @param interval as Prometheus writes durations: `5s`
 */
export function commonConfiguration(interval: string) {
  return {
    global: {
      scrape_interval: interval,
      scrape_timeout: interval,
      evaluation_interval: interval,
      // Some releases keep the headers of the first format that is requested, which other requirements verify.
      scrape_protocols: ['PrometheusText0.0.4'],
    },
    rule_files: ['*.rules.yaml'],
  };
}

export interface PrometheusPod {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  /** `prometheus.yml` and the rule files that it names, by file name. */
  readonly files: Readonly<Record<string, string>>;
  /** The ServiceAccount whose token it uses; undefined for no token. */
  readonly account?: string;
  readonly labels?: Labels;
  /** Further fields of the pod's spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** The pod, and the ConfigMap that it mounts. */
export function prometheusObjects({ namespace, name, image, files, account, labels = {}, spec = {} }: PrometheusPod): {
  readonly configuration: RawObject;
  readonly pod: RawObject;
} {
  const metadata = { name, namespace };
  const configuration = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: files };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, labels },
    spec: {
      ...(account === undefined ? { automountServiceAccountToken: false } : { serviceAccountName: account }),
      terminationGracePeriodSeconds: 0,
      securityContext: restricted.pod,
      containers: [
        {
          name: 'prometheus',
          image,
          imagePullPolicy: 'IfNotPresent',
          args: [
            `--config.file=${CONFIGURATION}/prometheus.yml`,
            '--storage.tsdb.path=/data',
            '--log.level=warn',
            // By itself it scrapes what was discovered up to 5 s later. The flag is hidden; older releases than 2.36 do not have it.
            '--scrape.discovery-reload-interval=1s',
          ],
          securityContext: { ...restricted.container, readOnlyRootFilesystem: true },
          ports: [{ name: 'web', containerPort: PROMETHEUS_PORT }],
          readinessProbe: { httpGet: { path: '/-/ready', port: PROMETHEUS_PORT }, periodSeconds: 1 },
          resources: { requests: { cpu: '10m', memory: '64Mi' } },
          volumeMounts: [
            { name: 'configuration', mountPath: CONFIGURATION },
            { name: 'data', mountPath: '/data' },
          ],
        },
      ],
      volumes: [
        { name: 'configuration', configMap: { name } },
        { name: 'data', emptyDir: {} },
      ],
      ...spec,
    },
  };
  return { configuration, pod };
}
