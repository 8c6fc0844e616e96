import type { RawObject } from '../kube/object.ts';
import { restricted } from '../kube/restricted.ts';

/** How a control pod differs from all others. */
export interface ControlPod {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** Fields of the pod's spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Fields of its only container. */
  readonly container?: Readonly<Record<string, unknown>>;
}

/** A pod that every Pod Security level admits; it idles unless it has another command. */
export function controlPod(
  image: string,
  { name, namespace, labels = {}, command = idle, spec, container }: ControlPod,
): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: restricted.pod,
      ...spec,
      containers: [
        {
          name: 'control',
          image,
          imagePullPolicy: 'IfNotPresent',
          command,
          securityContext: restricted.container,
          resources: { requests: { cpu: '1m', memory: '4Mi' } },
          ...container,
        },
      ],
    },
  };
}

/** Exits on SIGTERM, which a shell as process 1 ignores without the trap. */
const idle = ['sh', '-c', 'trap exit TERM; while true; do sleep 3600 & wait $!; done'];

/** While this file exists, the probe of a switchable pod succeeds. */
const switchFile = '/tmp/switch';

/** The command of a container whose probe succeeds from its start until it is switched off; it exits on SIGTERM. */
export const switchedOn = ['sh', '-c', `touch ${switchFile}; trap exit TERM; while true; do sleep 3600 & wait $!; done`];

/** A probe that checks the switch every second. */
export const switchProbe = {
  exec: { command: ['test', '-f', switchFile] },
  periodSeconds: 1,
  failureThreshold: 1,
  timeoutSeconds: 5,
};

/** Commands, executed in the container, that switch it off and on. */
export const switchOff = ['rm', switchFile];
export const switchOn = ['touch', switchFile];
