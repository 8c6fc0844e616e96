/**
 * The metrics that Datadog's check uses, by resource: the groups from CronJob to CertificateSigningRequest. It uses no metric of
 * ConfigMap and CertificateSigningRequest by name.
 * Source: Datadog, kubernetes_state_core: data collected.
 */
export const documentedMetrics: Readonly<Record<string, readonly string[]>> = {
  cronjobs: family('kube_cronjob', 'spec_suspend next_schedule_time status_last_schedule_time labels'),
  daemonsets: family(
    'kube_daemonset',
    'status_current_number_scheduled status_desired_number_scheduled status_number_available status_number_misscheduled ' +
      'status_number_ready status_number_unavailable status_updated_number_scheduled labels',
  ),
  deployments: family(
    'kube_deployment',
    'spec_paused spec_replicas spec_strategy_rollingupdate_max_surge spec_strategy_rollingupdate_max_unavailable ' +
      'status_condition status_replicas status_replicas_available status_replicas_ready status_replicas_unavailable ' +
      'status_replicas_updated labels',
  ),
  jobs: family('kube_job', 'complete failed owner status_failed status_succeeded labels'),
  limitranges: ['kube_limitrange'],
  nodes: family('kube_node', 'created info labels spec_unschedulable status_allocatable status_capacity status_condition'),
  persistentvolumes: family('kube_persistentvolume', 'capacity_bytes info status_phase'),
  persistentvolumeclaims: family('kube_persistentvolumeclaim', 'access_mode info resource_requests_storage_bytes status_phase'),
  pods: family(
    'kube_pod',
    'container_resource_limits container_resource_requests container_status_ready container_status_restarts_total ' +
      'container_status_running container_status_terminated container_status_terminated_reason container_status_waiting ' +
      'container_status_waiting_reason created info labels spec_volumes_persistentvolumeclaims_readonly start_time ' +
      'status_phase status_ready status_reason status_scheduled status_unschedulable',
  ),
  poddisruptionbudgets: family(
    'kube_poddisruptionbudget',
    'status_current_healthy status_desired_healthy status_expected_pods status_pod_disruptions_allowed',
  ),
  replicasets: family(
    'kube_replicaset',
    'owner spec_replicas status_fully_labeled_replicas status_ready_replicas status_replicas labels',
  ),
  replicationcontrollers: family(
    'kube_replicationcontroller',
    'spec_replicas status_available_replicas status_fully_labeled_replicas status_ready_replicas status_replicas',
  ),
  resourcequotas: ['kube_resourcequota'],
  services: ['kube_service_spec_type'],
  statefulsets: family(
    'kube_statefulset',
    'replicas status_replicas status_replicas_current status_replicas_ready status_replicas_updated labels',
  ),
  namespaces: ['kube_namespace_status_phase'],
  horizontalpodautoscalers: family(
    'kube_horizontalpodautoscaler',
    'spec_max_replicas spec_min_replicas spec_target_metric status_condition status_current_replicas status_desired_replicas ' +
      'status_target_metric labels',
  ),
  endpoints: family('kube_endpoint', 'address_available address_not_ready labels'),
  secrets: ['kube_secret_type'],
  configmaps: [],
  ingresses: family('kube_ingress', 'path labels'),
  certificatesigningrequests: [],
};

function family(prefix: string, names: string): readonly string[] {
  return names.split(' ').map((name) => `${prefix}_${name}`);
}
