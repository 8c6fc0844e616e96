import { contextOf } from '../table.ts';
import { asText, family, podWith, samplesAsText } from '../testing/samples-as-text.ts';
import type { Pod } from './pods/pod.ts';
import { pods } from './pods.ts';

const running: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web-7d4b9-x2x9p',
    namespace: 'shop',
    uid: 'p1',
    creationTimestamp: '2024-05-01T10:00:00Z',
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-7d4b9', uid: 'r1', controller: true }],
  },
  spec: {
    containers: [
      {
        name: 'web',
        image: 'nginx:1.27',
        resources: { limits: { memory: '128Mi' }, requests: { cpu: '100m', memory: '64Mi' } },
      },
    ],
    nodeName: 'server',
    priorityClassName: 'high',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    serviceAccountName: 'web',
    tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: 'web-data', readOnly: true } },
      { name: 'scratch', ephemeral: {} },
    ],
  },
  status: {
    conditions: [
      { type: 'Initialized', status: 'True', lastTransitionTime: '2024-05-01T10:00:02Z' },
      { type: 'Ready', status: 'True', lastTransitionTime: '2024-05-01T10:00:05Z' },
      { type: 'ContainersReady', status: 'True', lastTransitionTime: '2024-05-01T10:00:04Z' },
      { type: 'PodScheduled', status: 'True', lastTransitionTime: '2024-05-01T10:00:01Z' },
    ],
    containerStatuses: [
      {
        name: 'web',
        containerID: 'containerd://c1',
        image: 'docker.io/library/nginx:1.27',
        imageID: 'docker.io/library/nginx@sha256:aa',
        ready: true,
        restartCount: 0,
        state: { running: { startedAt: '2024-05-01T10:00:03Z' } },
        lastState: {},
      },
    ],
    hostIP: '172.18.0.2',
    phase: 'Running',
    podIP: '10.42.0.5',
    podIPs: [{ ip: '10.42.0.5' }],
    qosClass: 'Burstable',
    startTime: '2024-05-01T10:00:01Z',
  },
};

const UNCHANGED = `
  kube_pod_created 1714557600
  kube_pod_info{host_ip="172.18.0.2",pod_ip="10.42.0.5",node="server",created_by_kind="ReplicaSet",created_by_name="web-7d4b9",priority_class="high",host_network="false"} 1
  kube_pod_owner{owner_kind="ReplicaSet",owner_name="web-7d4b9",owner_is_controller="true"} 1
  kube_pod_restart_policy{type="Always"} 1
  kube_pod_ips{ip="10.42.0.5",ip_family="4"} 1
  kube_pod_start_time 1714557601
  kube_pod_status_phase{phase="Pending"} 0
  kube_pod_status_phase{phase="Succeeded"} 0
  kube_pod_status_phase{phase="Failed"} 0
  kube_pod_status_phase{phase="Unknown"} 0
  kube_pod_status_phase{phase="Running"} 1
  kube_pod_status_ready{condition="true"} 1
  kube_pod_status_ready{condition="false"} 0
  kube_pod_status_ready{condition="unknown"} 0
  kube_pod_status_scheduled{condition="true"} 1
  kube_pod_status_scheduled{condition="false"} 0
  kube_pod_status_scheduled{condition="unknown"} 0
  kube_pod_status_scheduled_time 1714557601
  kube_pod_container_info{container="web",image_spec="nginx:1.27",image="docker.io/library/nginx:1.27",image_id="docker.io/library/nginx@sha256:aa",container_id="containerd://c1"} 1
  kube_pod_container_resource_limits{container="web",node="server",resource="memory",unit="byte"} 134217728
  kube_pod_container_resource_requests{container="web",node="server",resource="cpu",unit="core"} 0.1
  kube_pod_container_resource_requests{container="web",node="server",resource="memory",unit="byte"} 67108864
  kube_pod_container_state_started{container="web"} 1714557603
  kube_pod_container_status_ready{container="web"} 1
  kube_pod_container_status_restarts_total{container="web"} 0
  kube_pod_container_status_running{container="web"} 1
  kube_pod_container_status_terminated{container="web"} 0
  kube_pod_container_status_waiting{container="web"} 0
`;

test('2.5 exposes a running pod', () => {
  expect(samplesAsText(pods, running, '2.5.0')).toEqual(
    asText(`${UNCHANGED}
      kube_pod_annotations 1
      kube_pod_labels 1
      kube_pod_spec_volumes_persistentvolumeclaims_info{volume="data",persistentvolumeclaim="web-data"} 1
      kube_pod_spec_volumes_persistentvolumeclaims_readonly{volume="data",persistentvolumeclaim="web-data"} 1
      kube_pod_status_reason{reason="Evicted"} 0
      kube_pod_status_reason{reason="NodeAffinity"} 0
      kube_pod_status_reason{reason="NodeLost"} 0
      kube_pod_status_reason{reason="Shutdown"} 0
      kube_pod_status_reason{reason="UnexpectedAdmissionError"} 0
    `),
  );
});

test('2.20 adds QoS class, scheduler, service account, tolerations, times and ephemeral volumes, and drops reasons that do not apply', () => {
  expect(samplesAsText(pods, running, '2.20.0')).toEqual(
    asText(`${UNCHANGED}
      kube_pod_scheduler{name="default-scheduler"} 1
      kube_pod_service_account{service_account="web"} 1
      kube_pod_tolerations{key="node.kubernetes.io/not-ready",operator="Exists",value="",effect="NoExecute",toleration_seconds="300"} 1
      kube_pod_spec_volumes_persistentvolumeclaims_info{volume="data",persistentvolumeclaim="web-data",ephemeral="false"} 1
      kube_pod_spec_volumes_persistentvolumeclaims_info{volume="scratch",persistentvolumeclaim="web-7d4b9-x2x9p-scratch",ephemeral="true"} 1
      kube_pod_spec_volumes_persistentvolumeclaims_readonly{volume="data",persistentvolumeclaim="web-data",ephemeral="false"} 1
      kube_pod_spec_volumes_persistentvolumeclaims_readonly{volume="scratch",persistentvolumeclaim="web-7d4b9-x2x9p-scratch",ephemeral="true"} 0
      kube_pod_status_qos_class{qos_class="BestEffort"} 0
      kube_pod_status_qos_class{qos_class="Burstable"} 1
      kube_pod_status_qos_class{qos_class="Guaranteed"} 0
      kube_pod_status_ready_time 1714557605
      kube_pod_status_initialized_time 1714557602
      kube_pod_status_container_ready_time 1714557604
    `),
  );
});

test('every sample has namespace, name and uid', () => {
  const context = contextOf({ major: 2, minor: 5, patch: 0 }, {});

  expect(pods.labels(running, context)).toEqual({ namespace: 'shop', pod: 'web-7d4b9-x2x9p', uid: 'p1' });
});

test('a pod without a controller has <none> before 2.8, and empty labels from 2.8 on', () => {
  const pod = podWith({ hostNetwork: true });
  const info = (creator: string) =>
    asText(
      `kube_pod_info{host_ip="",pod_ip="",node="",created_by_kind="${creator}",created_by_name="${creator}",priority_class="",host_network="true"} 1`,
    );

  expect(family('kube_pod_info', pod, '2.7.0')).toEqual(info('<none>'));
  expect(family('kube_pod_info', pod, '2.8.0')).toEqual(info(''));
});

test('the creator is the owner that controls the pod', () => {
  const metadata = {
    name: 'web',
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Node', name: 'server', uid: 'n1' },
      { apiVersion: 'batch/v1', kind: 'Job', name: 'load', uid: 'j1', controller: true },
    ],
  };
  const owned = { ...podWith({}), metadata };

  expect(family('kube_pod_info', owned, '2.5.0')[0]).toContain('created_by_kind="Job",created_by_name="load"');
  expect(family('kube_pod_owner', owned, '2.5.0')).toEqual(
    asText(`
      kube_pod_owner{owner_kind="Node",owner_name="server",owner_is_controller="false"} 1
      kube_pod_owner{owner_kind="Job",owner_name="load",owner_is_controller="true"} 1
    `),
  );
});

test('a pod that is being deleted has its deletion timestamp', () => {
  const terminating = { ...podWith({}), metadata: { name: 'web', deletionTimestamp: '2024-05-01T10:00:30Z' } };

  expect(family('kube_pod_deletion_timestamp', terminating, '2.5.0')).toEqual(['kube_pod_deletion_timestamp{} 1714557630']);
});
