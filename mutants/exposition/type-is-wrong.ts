import { firstLine, headerOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const typeIsWrong = mutant({
  sentence: 'A gauge is called a counter.',
  proxy: scrapes(firstLine(headerOf('TYPE', 'kube_namespace_created'), (line) => [line.replace('gauge', 'counter')])),
  fails: ['exposition/namespace'],
});
