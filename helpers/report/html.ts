import { html, type Markup, nothing } from './html/markup.ts';
import { areaSection, findingSection, noteSection, phaseSection, unpromisedSection } from './html/sections.ts';
import { style } from './html/style.ts';
import { timelineSection } from './html/timeline.ts';
import type { Report } from './model.ts';
import { clusterLine, exporterLine, formatDuration, groupsOf, plural, releaseOf, SIMULATED, verdictSentence } from './words.ts';

/** A self-contained page: no script, no font, no image, no network. */
export function renderHtml(report: Report): string {
  const groups = groupsOf(report);
  const simulated = report.evidence === 'simulated' ? ` (${SIMULATED})` : '';
  const title = `${report.verdict}${simulated}: kube-state-metrics ${releaseOf(report)}`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${style}</head>
<body><a class="skip" href="#content">Skip to the results</a>
${simulated === '' ? nothing : html`<div class="banner" role="note">Simulated: no real cluster was involved, and this proves nothing about one.</div>`}
${header(report, simulated)}
<main id="content">
${findingSection(groups.findings, report)}
${noteSection('blocked', 'Blocked', groups.blocked, report)}
${noteSection('known-issues', 'Known issues that occurred', groups.knownIssues, report)}
${noteSection('absent-known-issues', 'Known issues that did not occur', groups.absentKnownIssues, report)}
${noteSection('skipped', 'Skipped', groups.skipped, report)}
${unpromisedSection(report)}
${areaSection(report)}
${phaseSection(report.phases)}
${timelineSection(report)}
${met(report)}${leftovers(report)}
</main>
<footer><p>Started ${report.startedAt}, took ${formatDuration(report.durationMs)}${simulated}. The same facts, for machines: <a href="report.json">report.json</a>, <a href="junit.xml">junit.xml</a>.</p></footer>
</body></html>
`;
  return page.markup;
}

function header(report: Report, simulated: string): Markup {
  const { counts, verdict } = report;
  const tone = verdict === 'conformant' ? 'passed' : verdict === 'partial' ? 'warn' : 'failed';
  const shortfall = report.requirements.filter(({ status, level }) => status === 'failed' && level === 'should').length;
  const split = [
    ...(counts.consequences > 0 ? [plural(counts.consequences, 'consequence')] : []),
    ...(shortfall > 0 ? [`${shortfall} should`] : []),
  ];
  const tally = [
    { count: counts.passed, word: 'passed', tone: 'passed' },
    {
      count: counts.failed,
      word: split.length > 0 ? `failed (${split.join(', ')})` : 'failed',
      tone: counts.failed > 0 ? 'failed' : 'quiet',
    },
    { count: counts.blocked, word: 'blocked', tone: counts.blocked > 0 ? 'warn' : 'quiet' },
    { count: counts.knownIssues, word: 'known issues', tone: counts.knownIssues > 0 ? 'warn' : 'quiet' },
    { count: counts.skipped, word: 'skipped', tone: 'quiet' },
    { count: counts.notApplicable, word: 'not applicable', tone: 'quiet' },
  ];
  return html`<header>
<p class="kicker">kube-state-metrics conformance</p>
<h1 class="${tone}">${verdict}<span>${simulated}</span></h1>
<p class="lead">${verdictSentence(report)}${simulated}</p>
<ul class="tally" aria-label="Requirements by result">${tally.map((each) => html`<li><b class="${each.tone}">${each.count}</b>${each.word}</li>`)}</ul>
<dl class="facts"><dt>Exporter</dt><dd>${exporterLine(report)}</dd>
<dt>Target</dt><dd>${report.target}, profile ${report.profile}</dd>
<dt>Evidence</dt><dd>${clusterLine(report)}</dd></dl>
${navigation(report)}</header>`;
}

function navigation(report: Report): Markup {
  const groups = groupsOf(report);
  const links = [
    { id: 'failures', title: 'Failures', there: groups.findings.length > 0 },
    { id: 'blocked', title: 'Blocked', there: groups.blocked.length > 0 },
    { id: 'known-issues', title: 'Known issues', there: groups.knownIssues.length > 0 },
    { id: 'absent-known-issues', title: 'Known issues that did not occur', there: groups.absentKnownIssues.length > 0 },
    { id: 'skipped', title: 'Skipped', there: groups.skipped.length > 0 },
    { id: 'not-promised', title: 'Not promised', there: (report.notPromised ?? []).length > 0 },
    { id: 'areas', title: 'Areas', there: true },
    { id: 'phases', title: 'Time', there: report.phases.length > 0 },
  ];
  const items = links.filter(({ there }) => there).map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`<nav aria-label="On this page"><ul>${items}</ul></nav>`;
}

function leftovers({ leftovers: names }: Report): Markup {
  if (names.length === 0) return nothing;
  return html`<section aria-labelledby="leftovers"><h2 id="leftovers">Left over</h2><ul>${names.map((name) => html`<li><code>${name}</code></li>`)}</ul></section>`;
}

function met({ cluster: { knownIssues = [] } }: Report): Markup {
  if (knownIssues.length === 0) return nothing;
  return html`<section aria-labelledby="met"><h2 id="met">Known issues that objects of this cluster meet</h2><ul>${knownIssues.map((sentence) => html`<li>${sentence}</li>`)}</ul></section>`;
}
