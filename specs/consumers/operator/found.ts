import { repositoryOf } from '../../../helpers/exporter/image.ts';
import { argumentsOf } from '../../../helpers/exporter/ports.ts';
import type { KubeClient } from '../../../helpers/kube/client.ts';
import type { Deployment } from '../../../helpers/kube/workload.ts';

/** Flags with which an operator looks at some namespaces alone, and perhaps not at those of a run. */
const restrictions = ['--namespaces', '--deny-namespaces', '--prometheus-instance-namespaces', '--prometheus-instance-selector'];

/** Whether the cluster has a prometheus-operator that looks after every Prometheus, wherever it is made. */
export async function operatorIsThere(client: KubeClient): Promise<boolean> {
  const version = 'monitoring.coreos.com/v1';
  if (!client.mapper.serves(version, 'ServiceMonitor') || !client.mapper.serves(version, 'Prometheus')) return false;
  const deployments = await client.list<Deployment>({ apiVersion: 'apps/v1', kind: 'Deployment' });
  const containers = deployments.flatMap(({ spec }) => spec.template.spec.containers);
  return containers.some(
    (container) =>
      repositoryOf(container.image).endsWith('/prometheus-operator') &&
      !argumentsOf(container).some((argument) =>
        restrictions.some((flag) => argument === flag || argument.startsWith(`${flag}=`)),
      ),
  );
}
