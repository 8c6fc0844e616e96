import { dropped, everyLine } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { answers, isScrape, telemetry } from '../../helpers/mutation/scrapes.ts';

export const readsOfLeasesAreNotCounted = mutant({
  sentence: 'Nothing shows that leases are read.',
  proxy: () => {
    const ofTelemetry = telemetry(everyLine((line) => line.includes('*v1.Lease"'), dropped))();
    return answers(
      (passing) => isScrape(passing) || ofTelemetry.answer?.(passing) !== undefined,
      (answer, passing) =>
        ofTelemetry.answer?.(passing)?.(answer) ?? { ...answer, body: answer.body.replace(/^kube_lease_.*\n/gm, '') },
    );
  },
  fails: ['endpoints/reads-everything'],
});
