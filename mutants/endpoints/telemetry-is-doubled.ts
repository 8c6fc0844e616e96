import { doubled, everyLine } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { telemetry } from '../../helpers/mutation/scrapes.ts';

export const telemetryIsDoubled = mutant({
  sentence: 'The telemetry port tells a sample twice.',
  proxy: telemetry(everyLine((line) => line.startsWith('go_goroutines '), doubled)),
  fails: ['endpoints/tells-of-itself'],
});
