import { styleText } from 'node:util';
import { printableStrings } from '../../printable.ts';
import type { TerminalStyle } from '../../report/terminal.ts';
import { formatDuration, wrap } from '../../report/words.ts';
import { formatAmount, formatRatio, measureNames } from '../cost.ts';
import { rejects } from '../verdict.ts';
import { groupsOf, namesOf } from './groups.ts';
import type { GateReport } from './model.ts';
import { adviceLines, answerSentence, conformanceLine, evidenceLine, isInVain, isToKnow } from './words.ts';

type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold';

const MOST_NAMES = 6;
const MOST_ADVICE = 8;

/** The end of a comparison in the terminal: what is to be known first, then what rejects, and the answer last, where the eye is. */
export function renderGateTerminal(result: GateReport, style: TerminalStyle): string {
  const report = printableStrings(result);
  const width = Math.max(40, Math.min(style.width, 120));
  const paint = (colour: Colour, text: string) => (style.colour ? styleText(colour, text, { validateStream: false }) : text);
  const block = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : [title, ...lines, '']);
  const { differences, measures, waivers, leftOut, leftovers, from, to, verdict } = report;
  const tell = (mark: string, colour: Colour, chosen: GateReport['differences']) =>
    groupsOf(chosen).flatMap((group) => {
      const text = group.members.length === 1 ? group.title : `${group.title}: ${namesOf(group, MOST_NAMES)}`;
      return wrap(text, width - 4).map((line, index) => (index === 0 ? `  ${paint(colour, mark)} ${line}` : `    ${line}`));
    });
  const list = (texts: readonly string[]) =>
    texts.flatMap((text) => wrap(text, width - 4).map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`)));
  const conformance = conformanceLine(report);
  const colour = verdict === 'reject' || verdict === 'no answer' ? 'red' : verdict === 'accept' ? 'green' : 'yellow';
  return [
    '',
    ...block('Rules that tell nothing with either release', tell('○', 'dim', differences.filter(isInVain))),
    ...block('Notes', tell('•', 'yellow', differences.filter(isToKnow))),
    ...block('What rejects', tell('✗', 'red', differences.filter(rejects))),
    ...block(
      'Cost',
      list(
        measures.map(
          ({ name, when, unit, old, new: now, ratio }) =>
            `${measureNames[name]} ${when}: ${formatAmount(old, unit)} → ${formatAmount(now, unit)} (${formatRatio(ratio)})`,
        ),
      ),
    ),
    ...block('Waivers without effect', [
      ...list(waivers.expired.map(({ difference, until }) => `expired on ${until}: ${difference}`)),
      ...list(waivers.unused.map(({ difference }) => `unused: ${difference}`)),
    ]),
    ...block('Left out', list(leftOut)),
    ...block('Left over', list(leftovers)),
    ...block('What to change', list(adviceLines(report, MOST_ADVICE))),
    `${paint('dim', 'old      ')}  ${from.version} (${from.image}), manifests ${from.target}`,
    `${paint('dim', 'new      ')}  ${to.version} (${to.image}), manifests ${to.target}`,
    ...(conformance === undefined ? [] : [`${paint('dim', 'candidate')}  ${conformance}`]),
    `${paint('dim', 'evidence ')}  ${evidenceLine(report)}, in ${formatDuration(report.durationMs)}`,
    '',
    paint(colour, paint('bold', verdict.toUpperCase())),
    ...wrap(answerSentence(report), width),
    '',
  ].join('\n');
}
