import { html, type Markup, nothing } from '../../report/html/markup.ts';
import { phaseSection } from '../../report/html/sections.ts';
import { style } from '../../report/html/style.ts';
import { formatDuration } from '../../report/words.ts';
import { rejects } from '../verdict.ts';
import { type GateReport, releaseOf } from './model.ts';
import { reasonsOf } from './reasons.ts';
import { costSection, differenceSection, seriesSection, waiverSection } from './sections.ts';
import { gateStyle } from './style.ts';
import { answerSentence, conformanceLine, evidenceLine, isInVain, isNothing, isToKnow } from './words.ts';

const FIRST_SCREEN = 7;

/** One page that needs nothing but itself; its first screen says accept or reject, why, and what to change. */
export function renderGateHtml(report: GateReport): string {
  const { differences, from, to, leftOut, leftovers, phases } = report;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${report.verdict}: kube-state-metrics ${releaseOf(from)} to ${releaseOf(to)}</title>
${style}${gateStyle}</head>
<body><a class="skip" href="#content">Skip to the differences</a>
${header(report)}
<main id="content">
${differenceSection('rejects', 'What rejects', differences.filter(rejects), true)}
${differenceSection('note', 'Notes', differences.filter(isToKnow), report.verdict !== 'reject')}
${differenceSection('in-vain', 'Rules that tell nothing with either release', differences.filter(isInVain), report.verdict === 'accept')}
${waiverSection(report)}
${costSection(report)}
${seriesSection(report)}
${differenceSection('harmless', 'Harmless', differences.filter(isNothing), false)}
${listSection('left-out', 'Left out', leftOut)}
${listSection('leftovers', 'Left over', leftovers)}
${phaseSection(phases)}
</main>
<footer><p>Started ${report.startedAt}, took ${formatDuration(report.durationMs)}. The same facts, for machines: <a href="gate.json">gate.json</a>.</p></footer>
</body></html>
`;
  return page.markup;
}

function header(report: GateReport): Markup {
  const { counts, differences, from, to, verdict } = report;
  const inVain = differences.filter(isInVain).length;
  const conformance = conformanceLine(report);
  const tone = verdict === 'reject' || verdict === 'no answer' ? 'failed' : verdict === 'accept' ? 'passed' : 'warn';
  const tally = [
    { count: counts.reject, word: 'reject', tone: counts.reject > 0 ? 'failed' : 'quiet' },
    { count: counts.note, word: 'notes', tone: counts.note > 0 ? 'warn' : 'quiet' },
    { count: counts.waived, word: 'waived', tone: counts.waived > 0 ? 'warn' : 'quiet' },
    ...(inVain > 0 ? [{ count: inVain, word: 'in vain with both', tone: 'warn' }] : []),
    { count: counts.harmless - inVain, word: 'harmless', tone: 'quiet' },
  ];
  return html`<header>
<p class="kicker">kube-state-metrics ${releaseOf(from)} → ${releaseOf(to)}</p>
<h1 class="${tone}">${verdict}</h1>
<p class="lead">${answerSentence(report)}</p>
${answer(report)}
<ul class="tally" aria-label="Differences by weight">${tally.map((each) => html`<li><b class="${each.tone}">${each.count}</b>${each.word}</li>`)}</ul>
<dl class="facts"><dt>Old</dt><dd>${side(from)}</dd><dt>New</dt><dd>${side(to)}</dd>${conformance === undefined ? nothing : html`<dt>Candidate</dt><dd>${conformance}</dd>`}<dt>Evidence</dt><dd>${evidenceLine(report)}</dd></dl>
</header>`;
}

/** Each reason beside what to change about it, as many as the first screen bears. */
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

function side({ version, image, target }: GateReport['from']): string {
  return `${version || 'unknown version'} (${image}), manifests ${target || 'not known'}`;
}

function listSection(id: string, title: string, texts: readonly string[]): Markup {
  if (texts.length === 0) return nothing;
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2><ul>${texts.map((text) => html`<li>${text}</li>`)}</ul></section>`;
}
