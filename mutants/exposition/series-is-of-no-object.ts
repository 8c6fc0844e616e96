import { firstLine, sampleOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const seriesIsOfNoObject = mutant({
  sentence: 'A series of an object is exposed that is not there.',
  proxy: scrapes(
    firstLine(sampleOf('kube_secret_info'), (line) => [line, line.replace(/secret="[^"]*"/, 'secret="deleted-long-ago"')]),
  ),
  fails: ['exposition/secret'],
});
