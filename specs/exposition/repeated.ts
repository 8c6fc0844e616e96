import { doubled, everyLine, sampleOf } from '../../helpers/suite/mutant/lines.ts';
import { scrapes } from '../../helpers/suite/mutant/scrapes.ts';

/**
 * Repeats one object's series of a family. What a release is known to repeat is told from this by the family: it is one that no
 * release repeats.
 * @param label as it is written: `pod="tolerates-twice"`
 */
export const repeated = (family: string, label: string) => scrapes(everyLine(sampleOf(family, label), doubled));
