import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type HorizontalPodAutoscaler, horizontalPodAutoscalers } from './horizontalpodautoscalers.ts';

const autoscaler: HorizontalPodAutoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'shop', creationTimestamp: '2024-05-01T10:00:00Z' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    minReplicas: 2,
    maxReplicas: 10,
    metrics: [
      { type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 80 } } },
      { type: 'ContainerResource', containerResource: { name: 'memory', container: 'app', target: { averageValue: '1536Mi' } } },
      { type: 'Pods', pods: { metric: { name: 'packets' }, target: { averageValue: '1500m' } } },
      { type: 'Object', object: { metric: { name: 'requests' }, target: { value: '10k', averageValue: '2' } } },
      { type: 'External', external: { metric: { name: 'queue' }, target: { averageValue: '30' } } },
    ],
    behavior: { scaleUp: { tolerance: '50m' }, scaleDown: { tolerance: '9m' } },
  },
  status: {
    currentReplicas: 3,
    desiredReplicas: 4,
    currentMetrics: [
      { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 95, averageValue: '190m' } } },
      { type: '' },
    ],
    conditions: [{ type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale' }],
  },
};

const always = `
  kube_horizontalpodautoscaler_info{scaletargetref_api_version="apps/v1",scaletargetref_kind="Deployment",scaletargetref_name="web"} 1
  kube_horizontalpodautoscaler_metadata_generation 0
  kube_horizontalpodautoscaler_spec_max_replicas 10
  kube_horizontalpodautoscaler_spec_min_replicas 2
  kube_horizontalpodautoscaler_status_current_replicas 3
  kube_horizontalpodautoscaler_status_desired_replicas 4
  kube_horizontalpodautoscaler_status_condition{condition="AbleToScale",status="true"} 1
  kube_horizontalpodautoscaler_status_condition{condition="AbleToScale",status="false"} 0
  kube_horizontalpodautoscaler_status_condition{condition="AbleToScale",status="unknown"} 0
`;

test('2.5 exposes all targets except those of container resources, and no current metrics', () => {
  expect(samplesAsText(horizontalPodAutoscalers, autoscaler, '2.5.0')).toEqual(
    asText(`${always}
      kube_horizontalpodautoscaler_spec_target_metric{metric_name="cpu",metric_target_type="utilization"} 80
      kube_horizontalpodautoscaler_spec_target_metric{metric_name="packets",metric_target_type="average"} 1.5
      kube_horizontalpodautoscaler_spec_target_metric{metric_name="requests",metric_target_type="value"} 10000
      kube_horizontalpodautoscaler_spec_target_metric{metric_name="requests",metric_target_type="average"} 2
      kube_horizontalpodautoscaler_spec_target_metric{metric_name="queue",metric_target_type="average"} 30
      kube_horizontalpodautoscaler_annotations 1
      kube_horizontalpodautoscaler_labels 1`),
  );
});

test('current metrics are exposed from 2.6 on, except those that could not be read', () => {
  expect(
    samplesAsText(horizontalPodAutoscalers, autoscaler, '2.6.0').filter((sample) => sample.includes('status_target')),
  ).toEqual(
    asText(`
      kube_horizontalpodautoscaler_status_target_metric{metric_name="cpu",metric_target_type="utilization"} 95
      kube_horizontalpodautoscaler_status_target_metric{metric_name="cpu",metric_target_type="average"} 0.19
    `),
  );
});

test('2.20 exposes the container and the tolerances', () => {
  expect(samplesAsText(horizontalPodAutoscalers, autoscaler, '2.20.0')).toEqual(
    asText(`${always}
      kube_horizontalpodautoscaler_spec_target_metric{metric_name="cpu",metric_target_type="utilization",container=""} 80
      kube_horizontalpodautoscaler_spec_target_metric{metric_name="memory",metric_target_type="average",container="app"} 1610612736
      kube_horizontalpodautoscaler_spec_target_metric{metric_name="packets",metric_target_type="average",container=""} 1.5
      kube_horizontalpodautoscaler_spec_target_metric{metric_name="requests",metric_target_type="value",container=""} 10000
      kube_horizontalpodautoscaler_spec_target_metric{metric_name="requests",metric_target_type="average",container=""} 2
      kube_horizontalpodautoscaler_spec_target_metric{metric_name="queue",metric_target_type="average",container=""} 30
      kube_horizontalpodautoscaler_spec_behavior_scale_up_tolerance 0.05
      kube_horizontalpodautoscaler_spec_behavior_scale_down_tolerance 0.009000000000000001
      kube_horizontalpodautoscaler_status_target_metric{metric_name="cpu",metric_target_type="utilization",container=""} 95
      kube_horizontalpodautoscaler_status_target_metric{metric_name="cpu",metric_target_type="average",container=""} 0.19
      kube_horizontalpodautoscaler_created 1714557600`),
  );
});

test('without minReplicas there is no sample before 2.20, and 1 from 2.20 on', () => {
  const young: HorizontalPodAutoscaler = {
    ...autoscaler,
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 3 },
    status: { currentMetrics: null },
  };

  expect(samplesAsText(horizontalPodAutoscalers, young, '2.20.0')).toEqual(
    asText(`
      kube_horizontalpodautoscaler_info{scaletargetref_kind="Deployment",scaletargetref_name="web"} 1
      kube_horizontalpodautoscaler_metadata_generation 0
      kube_horizontalpodautoscaler_spec_max_replicas 3
      kube_horizontalpodautoscaler_spec_min_replicas 1
      kube_horizontalpodautoscaler_status_current_replicas 0
      kube_horizontalpodautoscaler_status_desired_replicas 0
      kube_horizontalpodautoscaler_created 1714557600
    `),
  );
  expect(samplesAsText(horizontalPodAutoscalers, young, '2.19.1')).not.toContainEqual(expect.stringContaining('min_replicas'));
});

test('two external metrics with the same name are one series, exposed twice', () => {
  const external = (averageValue: string) => ({
    type: 'External',
    external: { metric: { name: 'queue' }, target: { averageValue } },
  });
  const twice = { ...autoscaler, spec: { ...autoscaler.spec, metrics: [external('30'), external('40')] } };

  expect(samplesAsText(horizontalPodAutoscalers, twice, '2.20.0').filter((sample) => sample.includes('spec_target'))).toEqual(
    asText(`
      kube_horizontalpodautoscaler_spec_target_metric{metric_name="queue",metric_target_type="average",container=""} 30
      kube_horizontalpodautoscaler_spec_target_metric{metric_name="queue",metric_target_type="average",container=""} 40
    `),
  );
});

test('the exporter lists v2beta2 through 2.6 and v2 from 2.7 on', () => {
  const apiVersion = (minor: number) => horizontalPodAutoscalers.reads({ major: 2, minor, patch: 0 }).apiVersion;

  expect([apiVersion(5), apiVersion(6), apiVersion(7), apiVersion(20)]).toEqual([
    'autoscaling/v2beta2',
    'autoscaling/v2beta2',
    'autoscaling/v2',
    'autoscaling/v2',
  ]);
});
