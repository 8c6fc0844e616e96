import { pods } from '../pods.ts';
import { asText, samplesAsText } from '../samples-as-text.ts';
import { podWith } from './testing-pod.ts';

const pod = podWith(
  {
    nodeName: 'server',
    initContainers: [
      { name: 'migrate', image: 'migrate:3', resources: { requests: { cpu: '10m' }, limits: { memory: '32Mi' } } },
      { name: 'proxy', image: 'envoy:1', restartPolicy: 'Always' },
    ],
  },
  {
    initContainerStatuses: [
      {
        name: 'migrate',
        image: 'migrate:3',
        ready: true,
        restartCount: 1,
        state: {
          terminated: {
            exitCode: 0,
            reason: 'Completed',
            startedAt: '2024-05-01T10:00:00Z',
            finishedAt: '2024-05-01T10:00:09Z',
          },
        },
        lastState: { terminated: { exitCode: 2, reason: 'Error', finishedAt: '2024-05-01T09:59:50Z' } },
      },
      { name: 'proxy', image: 'envoy:1', ready: true, restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff' } } },
    ],
  },
);

function initContainers(release: string): readonly string[] {
  return samplesAsText(pods, pod, release).filter((line) => line.startsWith('kube_pod_init_container_'));
}

const UNCHANGED = `
  kube_pod_init_container_resource_limits{container="migrate",node="server",resource="memory",unit="byte"} 33554432
  kube_pod_init_container_resource_requests{container="migrate",node="server",resource="cpu",unit="core"} 0.01
  kube_pod_init_container_status_last_terminated_reason{container="migrate",reason="Error"} 1
  kube_pod_init_container_status_ready{container="migrate"} 1
  kube_pod_init_container_status_ready{container="proxy"} 1
  kube_pod_init_container_status_restarts_total{container="migrate"} 1
  kube_pod_init_container_status_restarts_total{container="proxy"} 0
  kube_pod_init_container_status_running{container="migrate"} 0
  kube_pod_init_container_status_running{container="proxy"} 0
  kube_pod_init_container_status_terminated{container="migrate"} 1
  kube_pod_init_container_status_terminated{container="proxy"} 0
  kube_pod_init_container_status_terminated_reason{container="migrate",reason="Completed"} 1
  kube_pod_init_container_status_waiting{container="migrate"} 0
  kube_pod_init_container_status_waiting{container="proxy"} 1
  kube_pod_init_container_status_waiting_reason{container="proxy",reason="ImagePullBackOff"} 1
`;

test('2.5 does not tell a sidecar from another init container', () => {
  expect(initContainers('2.5.0')).toEqual(
    asText(`${UNCHANGED}
      kube_pod_init_container_info{container="migrate",image_spec="migrate:3",image="migrate:3",image_id="",container_id=""} 1
      kube_pod_init_container_info{container="proxy",image_spec="envoy:1",image="envoy:1",image_id="",container_id=""} 1
    `),
  );
});

test('2.20 tells sidecars by their restart policy, and when and how init containers started and ended', () => {
  expect(initContainers('2.20.0')).toEqual(
    asText(`${UNCHANGED}
      kube_pod_init_container_info{container="migrate",image_spec="migrate:3",image="migrate:3",image_id="",container_id="",restart_policy=""} 1
      kube_pod_init_container_info{container="proxy",image_spec="envoy:1",image="envoy:1",image_id="",container_id="",restart_policy="Always"} 1
      kube_pod_init_container_state_started{container="migrate"} 1714557600
      kube_pod_init_container_status_last_terminated_exitcode{container="migrate"} 2
      kube_pod_init_container_status_last_terminated_timestamp{container="migrate"} 1714557590
    `),
  );
});
