import { type Autoscaler, type Budget, type Condition, type Deployment, type Pod, type Quota, setCondition } from '../objects.ts';
import { matchesSelector } from '../selectors.ts';
import { type Controller, isActive, isReady, share } from '../world.ts';

const AUTOSCALERS = 'horizontalpodautoscalers.autoscaling';

/** HorizontalPodAutoscalers report their target; no metrics API is served, so they never scale it. */
export const autoscalers: Controller = {
  watches: [AUTOSCALERS, 'deployments.apps'],
  reconcile({ store, clock }) {
    for (const { metadata, spec } of store.list<Autoscaler>(AUTOSCALERS)) {
      const target = store.find<Deployment>('deployments.apps', {
        namespace: metadata.namespace,
        name: spec.scaleTargetRef.name,
      });
      const conditions: Condition[] = target
        ? [
            { type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale' },
            { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message: 'no metrics are served' },
          ]
        : [{ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message: 'the target does not exist' }];
      store.change<Autoscaler>(AUTOSCALERS, metadata, (draft) => {
        const now = clock.timestamp();
        const before = draft.status?.conditions as Condition[] | undefined;
        draft.status = {
          ...draft.status,
          currentReplicas: target?.status?.replicas ?? 0,
          desiredReplicas: 0,
          conditions: conditions.reduce((result, condition) => setCondition(result, condition, now), before ?? []),
        };
      });
    }
  },
};

/** PodDisruptionBudgets report the number of allowed disruptions. */
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

/** ResourceQuotas count the objects of their namespace; requests of pods are not summed. */
export const quotas: Controller = {
  watches: ['resourcequotas', 'configmaps', 'pods'],
  reconcile({ store }) {
    for (const { metadata, spec } of store.list<Quota>('resourcequotas')) {
      const { hard = {} } = spec;
      const countOf = (resource: string) => String(store.list(resource.replace(/^count\//, ''), metadata.namespace).length);
      const used = Object.fromEntries(
        Object.keys(hard).map((name) => [name, name.startsWith('count/') || name === 'pods' ? countOf(name) : '0']),
      );
      store.change<Quota>('resourcequotas', metadata, (draft) => {
        draft.status = { hard, used };
      });
    }
  },
};
