import { asText, family, podWith, samplesAsText } from '../../testing/samples-as-text.ts';
import { pods } from '../pods.ts';
import type { PodStatus } from './pod.ts';

const status: PodStatus = {
  containerStatuses: [
    {
      name: 'looping',
      image: 'busybox:1.36',
      imageID: 'sha256:bb',
      ready: false,
      restartCount: 4,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: {
        terminated: {
          exitCode: 137,
          reason: 'OOMKilled',
          startedAt: '2024-05-01T10:00:00Z',
          finishedAt: '2024-05-01T10:00:09Z',
        },
      },
    },
    {
      name: 'lost',
      state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', startedAt: null, finishedAt: null } },
    },
    { name: 'stateless', state: {} },
  ],
};
const pod = podWith({ containers: [{ name: 'looping', image: 'busybox' }, { name: 'statusless' }] }, status);

function containers(release: string): readonly string[] {
  return samplesAsText(pods, pod, release).filter((line) => line.startsWith('kube_pod_container_'));
}

const IN_2_5 = `
  kube_pod_container_info{container="looping",image_spec="busybox",image="busybox:1.36",image_id="sha256:bb",container_id=""} 1
  kube_pod_container_state_started{container="lost"} -62135596800
  kube_pod_container_status_last_terminated_reason{container="looping",reason="OOMKilled"} 1
  kube_pod_container_status_ready{container="looping"} 0
  kube_pod_container_status_ready{container="lost"} 0
  kube_pod_container_status_ready{container="stateless"} 0
  kube_pod_container_status_restarts_total{container="looping"} 4
  kube_pod_container_status_restarts_total{container="lost"} 0
  kube_pod_container_status_restarts_total{container="stateless"} 0
  kube_pod_container_status_running{container="looping"} 0
  kube_pod_container_status_running{container="lost"} 0
  kube_pod_container_status_running{container="stateless"} 0
  kube_pod_container_status_terminated{container="looping"} 0
  kube_pod_container_status_terminated{container="lost"} 1
  kube_pod_container_status_terminated{container="stateless"} 0
  kube_pod_container_status_terminated_reason{container="lost",reason="ContainerStatusUnknown"} 1
  kube_pod_container_status_waiting{container="looping"} 1
  kube_pod_container_status_waiting{container="lost"} 0
  kube_pod_container_status_waiting{container="stateless"} 0
  kube_pod_container_status_waiting_reason{container="looping",reason="CrashLoopBackOff"} 1
`;

test('a container has its state; a status without a state is in none', () => {
  expect(containers('2.5.0')).toEqual(asText(IN_2_5));
});

test('the exit code and the time of the last termination are exposed from 2.7 and 2.12 on', () => {
  const exitCode = 'kube_pod_container_status_last_terminated_exitcode{container="looping"} 137';
  const time = 'kube_pod_container_status_last_terminated_timestamp{container="looping"} 1714557609';

  expect(containers('2.7.0')).toEqual(asText(`${IN_2_5}\n${exitCode}`));
  expect(containers('2.12.0')).toEqual(asText(`${IN_2_5}\n${exitCode}\n${time}`));
});

test('CPU is in thousandths of a core, other resources in whole units', () => {
  const limits = { cpu: '1.5', memory: '1500M', 'hugepages-2Mi': '4Mi', 'nvidia.com/gpu': '2', 'ephemeral-storage': '1.5' };
  const limited = podWith({ nodeName: 'server', containers: [{ name: 'web', resources: { limits } }] });

  expect(family('kube_pod_container_resource_limits', limited, '2.20.0')).toEqual(
    asText(`
      kube_pod_container_resource_limits{container="web",node="server",resource="cpu",unit="core"} 1.5
      kube_pod_container_resource_limits{container="web",node="server",resource="memory",unit="byte"} 1500000000
      kube_pod_container_resource_limits{container="web",node="server",resource="hugepages_2Mi",unit="byte"} 4194304
      kube_pod_container_resource_limits{container="web",node="server",resource="nvidia_com_gpu",unit="integer"} 2
      kube_pod_container_resource_limits{container="web",node="server",resource="ephemeral_storage",unit="byte"} 2
    `),
  );
});

const withInitContainers = podWith(
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
  return samplesAsText(pods, withInitContainers, release).filter((line) => line.startsWith('kube_pod_init_container_'));
}

const INIT_IN_2_5 = `
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

test('2.5 does not distinguish sidecars from other init containers', () => {
  expect(initContainers('2.5.0')).toEqual(
    asText(`${INIT_IN_2_5}
      kube_pod_init_container_info{container="migrate",image_spec="migrate:3",image="migrate:3",image_id="",container_id=""} 1
      kube_pod_init_container_info{container="proxy",image_spec="envoy:1",image="envoy:1",image_id="",container_id=""} 1
    `),
  );
});

test('2.20 exposes the restart policy of sidecars, and the start and last termination of init containers', () => {
  expect(initContainers('2.20.0')).toEqual(
    asText(`${INIT_IN_2_5}
      kube_pod_init_container_info{container="migrate",image_spec="migrate:3",image="migrate:3",image_id="",container_id="",restart_policy=""} 1
      kube_pod_init_container_info{container="proxy",image_spec="envoy:1",image="envoy:1",image_id="",container_id="",restart_policy="Always"} 1
      kube_pod_init_container_state_started{container="migrate"} 1714557600
      kube_pod_init_container_status_last_terminated_exitcode{container="migrate"} 2
      kube_pod_init_container_status_last_terminated_timestamp{container="migrate"} 1714557590
    `),
  );
});
