import { cpuQuantity, integerQuantity } from '../../quantity.ts';
import { resourceLabel, resourceUnits } from '../../resource-name.ts';
import type { Context, Expected } from '../../table.ts';
import type { Container } from './pod.ts';

/** What each container may use or asks for, by resource: CPU to a thousandth of a core, all else in whole units. */
export function containerResources(
  kind: 'limits' | 'requests',
  containers: readonly Container[] = [],
  node = '',
  context: Context,
): readonly Expected[] {
  return containers.flatMap(({ name: container, resources }) =>
    Object.entries(resources?.[kind] ?? {}).flatMap(([name, amount]) =>
      resourceUnits(name).map((unit) => ({
        labels: { container, node, resource: resourceLabel(name), unit },
        value: unit === 'core' ? cpuQuantity(amount, context) : integerQuantity(amount),
      })),
    ),
  );
}
