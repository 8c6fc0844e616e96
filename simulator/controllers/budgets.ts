import type { Budget, Pod } from '../objects.ts';
import { matchesSelector } from '../selectors.ts';
import { isActive, isReady, share } from '../world.ts';
import type { Controller } from './manager.ts';

/** PodDisruptionBudgets tell how many pods may go. */
export const budgets: Controller = {
  watches: ['poddisruptionbudgets.policy', 'pods'],
  reconcile({ store, clock }) {
    for (const { metadata, spec } of store.list<Budget>('poddisruptionbudgets.policy')) {
      const pods = store
        .list<Pod>('pods', metadata.namespace)
        .filter((pod) => isActive(pod) && matchesSelector(spec.selector, pod.metadata.labels));
      const healthy = pods.filter(isReady).length;
      const desired =
        spec.maxUnavailable === undefined
          ? share(spec.minAvailable, pods.length, Math.ceil)
          : Math.max(0, pods.length - share(spec.maxUnavailable, pods.length, Math.ceil));
      const allowed = Math.max(0, healthy - desired);
      store.change<Budget>('poddisruptionbudgets.policy', metadata, (draft) => {
        const status = allowed > 0 ? 'True' : 'False';
        const known = draft.status?.conditions?.[0];
        const lastTransitionTime = known?.status === status ? known.lastTransitionTime : clock.timestamp();
        const reason = allowed > 0 ? 'SufficientPods' : 'InsufficientPods';
        draft.status = {
          observedGeneration: draft.metadata.generation ?? 1,
          currentHealthy: healthy,
          desiredHealthy: desired,
          expectedPods: pods.length,
          disruptionsAllowed: allowed,
          conditions: [{ type: 'DisruptionAllowed', status, reason, message: '', lastTransitionTime }],
        };
      });
    }
  },
};
