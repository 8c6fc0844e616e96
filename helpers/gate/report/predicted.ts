import { html, type Markup, nothing } from '../../report/html/markup.ts';
import { text } from '../../report/markdown.ts';
import { plural } from '../../report/words.ts';
import { PREDICTED } from './groups.ts';
import type { GateReport, PathStep } from './model.ts';

const MOST_BREAKS = 12;

/** How the scrape of the old release agrees with its prediction, a line each; none without both. */
export function predictionLines({ prediction }: Pick<GateReport, 'prediction'>): readonly string[] {
  if (!prediction) return [];
  const { samples, agreeing, disagreeing, examples } = prediction;
  return [
    `${agreeing} of ${plural(samples, 'sample')} of the scrape agree with the prediction for the same objects; ${plural(disagreeing, 'difference')}.`,
    ...examples,
  ];
}

type PathReport = Pick<GateReport, 'path' | 'from'>;

/** The newest release that the prediction accepts without a change, as a sentence. */
function acceptedSentence(path: readonly PathStep[], { version }: GateReport['from']): string {
  const accepted = path.find(({ verdict }) => verdict === 'accept' || verdict === 'accept with notes');
  return accepted
    ? `${PREDICTED}the newest release that may replace ${version} without a change is ${accepted.release}.`
    : `${PREDICTED}no later release may replace ${version} without a change.`;
}

function breaksOf({ breaks }: PathStep): readonly string[] {
  const lines = breaks.map(({ what, change }) => (change === undefined ? what : `${what} → ${change}`));
  return lines.length > MOST_BREAKS
    ? [...lines.slice(0, MOST_BREAKS), `… and ${lines.length - MOST_BREAKS} more in preview.json.`]
    : lines;
}

/** Every release with what breaks at it, the newest first. */
export function pathLines({ path, from }: PathReport): readonly string[] {
  if (!path) return [];
  return [
    acceptedSentence(path, from),
    ...path.flatMap((step) => [
      `${step.release}: ${step.verdict} (predicted), ${plural(step.counts.reject, 'rejecting difference')}`,
      ...breaksOf(step).map((line) => `  breaks at ${step.release}: ${line}`),
    ]),
  ];
}

export function pathMarkdown({ path, from }: PathReport): string {
  if (!path) return '';
  const rows = path.map((step) => {
    const cells = [step.release, `${step.verdict} (predicted)`, step.counts.reject, step.counts.note];
    return `| ${cells.join(' | ')} | ${breaksOf(step).map(text).join('<br>')} |`;
  });
  return `\n### Releases, newest first\n\n${text(acceptedSentence(path, from))}\n\n| Release | verdict | reject | notes | breaks here, and what to change |\n|---|---|--:|--:|---|\n${rows.join('\n')}\n`;
}

export function pathSection({ path, from }: PathReport): Markup {
  if (!path) return nothing;
  const steps = path.map((step) => {
    const breaks = breaksOf(step).map((line) => html`<li>breaks here: ${line}</li>`);
    return html`<li><b>${step.release}</b> ${step.verdict} (predicted): ${step.counts.reject} reject, ${plural(step.counts.note, 'note')}
${breaks.length === 0 ? nothing : html`<ul>${breaks}</ul>`}</li>
`;
  });
  return html`<section aria-labelledby="path"><h2 id="path">Releases, newest first</h2><p>${acceptedSentence(path, from)}</p>
<ul class="notes path">${steps}</ul></section>
`;
}
