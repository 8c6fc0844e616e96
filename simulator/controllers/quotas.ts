import type { Quota } from '../objects.ts';
import type { Controller } from './manager.ts';

/** ResourceQuotas count the objects of their namespace; what pods ask for is not added up. */
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
