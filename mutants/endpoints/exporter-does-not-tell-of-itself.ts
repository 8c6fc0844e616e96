import { dropped, everyLine } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { telemetry } from '../../helpers/mutation/scrapes.ts';

export const exporterDoesNotTellOfItself = mutant({
  sentence: "The telemetry port lacks the process's memory.",
  proxy: telemetry(everyLine((line) => line.includes('process_resident_memory_bytes'), dropped)),
  fails: ['endpoints/tells-of-itself'],
});
