import { html, type Markup, nothing } from '../../report/html/markup.ts';
import { phaseSection } from '../../report/html/sections.ts';
import { style } from '../../report/html/style.ts';
import { formatDuration } from '../../report/words.ts';
import { rejects } from '../verdict.ts';
import { reasonsOf } from './groups.ts';
import { type GateReport, releaseOf, reportNames } from './model.ts';
import { pathSection, predictionLines } from './predicted.ts';
import { costSection, differenceSection, seriesSection, waiverSection } from './sections.ts';
import { sourceSection } from './sources.ts';
import {
  answerSentence,
  conformanceLine,
  evidenceLine,
  INERT,
  isHarmless,
  isInert,
  isNote,
  scrapeLine,
  scrapeTitle,
  sideLine,
  verdictName,
} from './words.ts';

const FIRST_SCREEN = 7;

/** A self-contained page; its first screen shows accept or reject, why, and what to change. */
export function renderGateHtml(report: GateReport): string {
  const { differences, from, to, notVerified, leftovers, phases } = report;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${verdictName(report)}: kube-state-metrics ${releaseOf(from)} to ${releaseOf(to)}</title>
${style}${gateStyle}</head>
<body><a class="skip" href="#content">Skip to the differences</a>
${header(report)}
<main id="content">
${pathSection(report)}
${differenceSection('rejects', 'What rejects', differences.filter(rejects), true)}
${differenceSection('note', 'Notes', differences.filter(isNote), report.verdict !== 'reject')}
${differenceSection('inert', INERT, differences.filter(isInert), report.verdict === 'accept')}
${waiverSection(report)}
${costSection(report)}
${seriesSection(report)}
${differenceSection('harmless', 'Harmless', differences.filter(isHarmless), false)}
${sourceSection(report)}
${listSection('prediction', 'Prediction for the old release', predictionLines(report))}
${listSection('not-verified', 'Not verified', notVerified)}
${listSection('leftovers', 'Not removed', leftovers)}
${phaseSection(phases)}
</main>
<footer><p>Started ${report.startedAt}, took ${formatDuration(report.durationMs)}. The same facts as JSON: <a href="${reportNames(report).json}">${reportNames(report).json}</a>.</p></footer>
</body></html>
`;
  return page.markup;
}

function header(report: GateReport): Markup {
  const { counts, differences, from, to, verdict } = report;
  const inert = differences.filter(isInert).length;
  const scrape = scrapeLine(report);
  const conformance = conformanceLine(report);
  const tone = verdict === 'reject' || verdict === 'no answer' ? 'failed' : verdict === 'accept' ? 'passed' : 'warn';
  const tally = [
    { count: counts.reject, word: 'reject', tone: counts.reject > 0 ? 'failed' : 'quiet' },
    { count: counts.note, word: 'notes', tone: counts.note > 0 ? 'warn' : 'quiet' },
    { count: counts.waived, word: 'waived', tone: counts.waived > 0 ? 'warn' : 'quiet' },
    ...(inert > 0 ? [{ count: inert, word: 'match nothing on either', tone: 'warn' }] : []),
    { count: counts.harmless - inert, word: 'harmless', tone: 'quiet' },
  ];
  return html`<header>
<p class="kicker">kube-state-metrics ${releaseOf(from)} → ${releaseOf(to)}</p>
<h1 class="${tone}">${verdictName(report)}</h1>
<p class="lead">${answerSentence(report)}</p>
${answer(report)}
<ul class="tally" aria-label="Differences by weight">${tally.map((each) => html`<li><b class="${each.tone}">${each.count}</b>${each.word}</li>`)}</ul>
<dl class="facts"><dt>Old</dt><dd>${sideLine(from)}</dd><dt>New</dt><dd>${sideLine(to)}</dd>${conformance === undefined ? nothing : html`<dt>Candidate</dt><dd>${conformance}</dd>`}${scrape === undefined ? nothing : html`<dt>${scrapeTitle(report)}</dt><dd>${scrape}</dd>`}<dt>Evidence</dt><dd>${evidenceLine(report)}</dd></dl>
</header>`;
}

/** Each reason beside what to change, as many as fit the first screen. */
function answer(report: GateReport): Markup {
  const reasons = reasonsOf(report);
  if (reasons.length === 0) return nothing;
  const more = reasons.length - FIRST_SCREEN;
  const rows = (more > 1 ? reasons.slice(0, FIRST_SCREEN) : reasons).map(
    ({
      why,
      change,
    }) => html`<tr><td>${why}</td>${change === undefined ? html`<td class="none">–</td>` : html`<td>${change}</td>`}</tr>
`,
  );
  return html`<table class="answer"><thead><tr><th scope="col">Why</th><th scope="col">What to change</th></tr></thead>
<tbody>${rows}</tbody></table>
${more > 1 ? html`<p class="more">… and ${more} more reasons below.</p>` : nothing}`;
}

function listSection(id: string, title: string, texts: readonly string[]): Markup {
  if (texts.length === 0) return nothing;
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2><ul>${texts.map((text) => html`<li>${text}</li>`)}</ul></section>`;
}

/** The style of the gate's page beyond that of every report. */
const gateStyle: Markup = html`<style>
h1 { text-transform: none; }
h1::first-letter { text-transform: uppercase; }
.answer { margin: 0 0 1rem; table-layout: fixed; line-height: 1.4; }
.answer td, .answer thead th { text-align: left; white-space: normal; width: 50%; overflow-wrap: anywhere; padding-right: 1.2rem; }
.answer td + td { font-weight: 600; }
.answer .none { font-weight: 400; color: var(--soft); }
.more { margin: -.4rem 0 1.2rem; color: var(--soft); }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .6rem; margin: .4rem 0 0; }
.pair h4 { margin: 0 0 .2rem; font-size: .8rem; font-weight: 400; color: var(--soft); }
.pair > div { min-width: 0; }
.difference { padding: .75rem 0; border-top: 1px solid var(--line); }
.difference:first-child { border-top: 0; }
.difference p { margin: .15rem 0; overflow-wrap: anywhere; }
.difference .id { color: var(--soft); font-size: .85rem; }
.figures td, .figures thead th { text-align: right; font-variant-numeric: tabular-nums; width: auto; }
.figures th[scope=row], .figures thead th:first-child { text-align: left; }
code, summary, .path { overflow-wrap: anywhere; }
@media (max-width: 48rem) {
  .pair { grid-template-columns: 1fr; }
  .answer, .answer tbody, .answer tr, .answer td { display: block; width: 100%; }
  .answer thead { display: none; }
  .answer td:first-child { padding-bottom: 0; }
  .answer td + td { border-top: 0; padding-top: .1rem; }
  .answer td + td::before { content: '→ '; }
  .answer .none { display: none; }
  .figures { display: block; overflow-x: auto; }
}
</style>`;
