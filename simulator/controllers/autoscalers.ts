import { type Autoscaler, type Condition, type Deployment, setCondition } from '../objects.ts';
import type { Controller } from './manager.ts';

const AUTOSCALERS = 'horizontalpodautoscalers.autoscaling';

/** HorizontalPodAutoscalers look at their target; nobody serves metrics here, so they never scale it. */
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
          currentReplicas: target?.status?.replicas ?? 0,
          desiredReplicas: 0,
          conditions: conditions.reduce((all, one) => setCondition(all, one, now), before ?? []),
        };
      });
    }
  },
};
