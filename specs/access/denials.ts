import type { Interference } from '../../helpers/suite/mutant/interference.ts';
import { answers, objects } from '../../helpers/suite/mutant/scrapes.ts';

/** Answers the holder of a token, who lists this collection, with none of its objects. */
export const emptyList = (collection: string) => (): Interference =>
  objects(
    ({ path, headers, query }) => path === collection && headers.authorization !== undefined && !query.has('watch'),
    (list) => {
      list.items = [];
    },
  );

/** Denies in every review of one's own access until the Deployment is applied. */
export function deniedUntilTheDeployment(): Interference {
  let applied = false;
  const denying = objects(
    ({ path }) => !applied && path.endsWith('/selfsubjectaccessreviews'),
    (review) => Object.assign(review.status as object, { allowed: false }),
  );
  return {
    answer: (passing) => {
      applied ||= passing.method === 'PATCH' && passing.path.includes('/deployments/');
      return denying.answer?.(passing);
    },
  };
}

/** Adds to every log the line that the exporter writes when a list is forbidden. */
export function forbiddenInTheLog(): Interference {
  const line = 'E0102 10:00:00.000000 1 reflector.go:138] Failed to watch *v1.Pod: failed to list *v1.Pod: pods is forbidden\n';
  return answers(
    ({ path }) => path.endsWith('/log') && path.includes('kube-state-metrics-'),
    (answer) => ({ ...answer, body: answer.body + line }),
  );
}
