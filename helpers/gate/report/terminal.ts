import { styleText } from 'node:util';
import { printableStrings } from '../../printable.ts';
import type { TerminalStyle } from '../../report/terminal.ts';
import { formatDuration, wrap } from '../../report/words.ts';
import { formatAmount, formatRatio, measureNames } from '../cost.ts';
import { rejects } from '../verdict.ts';
import { groupsOf, namesOf } from './groups.ts';
import type { GateReport } from './model.ts';
import { pathLines, predictionLines } from './predicted.ts';
import { sourceLines } from './sources.ts';
import {
  adviceLines,
  answerSentence,
  conformanceLine,
  evidenceLine,
  INERT,
  isInert,
  isNote,
  scrapeLine,
  scrapeTitle,
  sideLine,
  verdictName,
} from './words.ts';

type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold';

const MOST_NAMES = 6;
const MOST_ADVICE = 8;

/** The report in the terminal: what rejects first, as notes may fill several screens, and the answer last, beside the prompt. */
export function renderGateTerminal(result: GateReport, style: TerminalStyle): string {
  const report = printableStrings(result);
  const width = Math.max(40, Math.min(style.width, 120));
  const paint = (colour: Colour, text: string) => (style.colour ? styleText(colour, text, { validateStream: false }) : text);
  const block = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : [title, ...lines, '']);
  const { differences, measures, waivers, notVerified, leftovers, from, to, verdict } = report;
  const marked = (mark: string, colour: Colour, chosen: GateReport['differences']) =>
    groupsOf(chosen).flatMap((group) => {
      const text = group.members.length === 1 ? group.title : `${group.title}: ${namesOf(group, MOST_NAMES)}`;
      return wrap(text, width - 4).map((line, index) => (index === 0 ? `  ${paint(colour, mark)} ${line}` : `    ${line}`));
    });
  const list = (texts: readonly string[]) =>
    texts.flatMap((text) => wrap(text, width - 4).map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`)));
  const conformance = conformanceLine(report);
  const scrape = scrapeLine(report);
  const colour = verdict === 'reject' || verdict === 'no answer' ? 'red' : verdict === 'accept' ? 'green' : 'yellow';
  return [
    '',
    ...block('What rejects', marked('✗', 'red', differences.filter(rejects))),
    ...block('Notes', marked('•', 'yellow', differences.filter(isNote))),
    ...block(INERT, marked('○', 'dim', differences.filter(isInert))),
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
    ...block('Rules and dashboards', list(sourceLines(report))),
    ...block('Prediction for the old release', list(predictionLines(report))),
    ...block('Releases, newest first', list(pathLines(report))),
    ...block('Not verified', list(notVerified)),
    ...block('Not removed', list(leftovers)),
    ...block('What to change', list(adviceLines(report, MOST_ADVICE))),
    `${paint('dim', 'old      ')}  ${sideLine(from)}`,
    `${paint('dim', 'new      ')}  ${sideLine(to)}`,
    ...(conformance === undefined ? [] : [`${paint('dim', 'candidate')}  ${conformance}`]),
    ...(scrape === undefined ? [] : [`${paint('dim', scrapeTitle(report).toLowerCase().padEnd(9))}  ${scrape}`]),
    `${paint('dim', 'evidence ')}  ${evidenceLine(report)}, in ${formatDuration(report.durationMs)}`,
    '',
    paint(colour, paint('bold', verdictName(report).toUpperCase())),
    ...wrap(answerSentence(report), width),
    '',
  ].join('\n');
}
