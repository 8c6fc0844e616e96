import type { Context, Expected } from '../../table.ts';
import type { Container, ContainerStatus, Pod } from './pod.ts';

/** What each container was made from: one sample for each that has a status. */
export function containerInfo(
  containers: readonly Container[] = [],
  statuses: readonly ContainerStatus[] = [],
  labels: (container: Container) => Expected['labels'] = () => ({}),
): readonly Expected[] {
  return containers.flatMap((container) =>
    statuses
      .filter(({ name }) => name === container.name)
      .map(({ name, image = '', imageID = '', containerID = '' }) => ({
        labels: {
          container: name,
          image_spec: container.image ?? '',
          image,
          image_id: imageID,
          container_id: containerID,
          ...labels(container),
        },
        value: 1,
      })),
  );
}

/** The same of init containers, of which 2.11 and newer tell the restart policy: it marks a sidecar. */
export function initContainerInfo({ spec, status }: Pod, context: Context): readonly Expected[] {
  return containerInfo(spec?.initContainers, status?.initContainerStatuses, ({ restartPolicy = '' }) =>
    context.since('2.11') ? { restart_policy: restartPolicy } : {},
  );
}
