import { countsOf, type Phase, type Report, type RequirementResult, type Status } from '../model.ts';
import { failureParts, formatDuration, marks, SIMULATED, statusWord } from '../words.ts';
import { html, type Markup, nothing } from './markup.ts';

/** The class that colours a result; the word beside it says the same without colour. */
function toneOf({ status, level }: Pick<RequirementResult, 'status' | 'level'>): string {
  const tones: Readonly<Record<Status, string>> = {
    passed: 'passed',
    failed: 'failed',
    skipped: 'quiet',
    'known-issue': 'warn',
    'not-applicable': 'quiet',
  };
  return status === 'failed' && level === 'should' ? 'warn' : tones[status];
}

export function failureSection(failures: readonly RequirementResult[], report: Report): Markup {
  if (failures.length === 0) return nothing;
  return html`<section aria-labelledby="failures"><h2 id="failures">Failures <small>(${failures.length})</small></h2>
${failures.map((failure) => failureArticle(failure, report))}</section>`;
}

function failureArticle(failure: RequirementResult, report: Report): Markup {
  const parts = failureParts(failure).map(({ label, text }) => html`<dt>${label}</dt><dd>${evidence(label, text)}</dd>`);
  return html`<article class="failure ${failure.level}">
<div class="top"><h3>${failure.id}</h3><span class="${toneOf(failure)}">${marks.failed} ${statusWord(failure, report)}, ${formatDuration(failure.durationMs)}</span></div>
<p>${failure.sentence}</p>
${failure.reason ? html`<p class="quiet">${failure.reason}</p>` : nothing}
<dl>${parts}<dt>source</dt><dd>${failure.source}</dd></dl></article>
`;
}

/** Text as it was observed; what is long enough to scroll can be reached and scrolled with the keyboard. */
function evidence(label: string, text: string): Markup {
  const scrolls = text.length > 1500 || text.split('\n').length > 15;
  return scrolls ? html`<pre tabindex="0" role="region" aria-label="${label}">${text}</pre>` : html`<pre>${text}</pre>`;
}

/** A list of requirements with their reasons; nothing when there are none. */
export function noteSection(id: string, title: string, requirements: readonly RequirementResult[], report: Report): Markup {
  if (requirements.length === 0) return nothing;
  const items = requirements.map(
    (
      requirement,
    ) => html`<li><span class="${toneOf(requirement)}">${marks[requirement.status]} ${statusWord(requirement, report)}</span>
<b>${requirement.id}</b><p>${requirement.reason ?? ''}</p></li>
`,
  );
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title} <small>(${requirements.length})</small></h2><ul class="notes">${items}</ul></section>`;
}

export function areaSection(report: Report): Markup {
  const areas = [...new Set(report.requirements.map(({ area }) => area))];
  return html`<section aria-labelledby="areas"><h2 id="areas">Areas</h2>
${areas.map((area) =>
  areaDetails(
    area,
    report.requirements.filter((requirement) => requirement.area === area),
    report,
  ),
)}</section>`;
}

function areaDetails(area: string, members: readonly RequirementResult[], report: Report): Markup {
  const { failed, ...others } = countsOf(members);
  const verdict = failed > 0 ? html`<small class="failed">${failed} failed,</small> ` : nothing;
  const rest = [
    { count: others.passed, word: 'passed' },
    { count: others.knownIssues, word: 'known issues' },
    { count: others.skipped, word: 'skipped' },
    { count: others.notApplicable, word: 'not applicable' },
  ].flatMap(({ count, word }, index) => (count > 0 || index === 0 ? [`${count} ${word}`] : []));
  const rows = members.map(
    (member) => html`<tr><td class="${toneOf(member)}">${marks[member.status]} ${statusWord(member, report)}</td>
<th scope="row">${member.id}<p>${member.sentence}</p>${reasonOf(member)}<p class="source">${member.source}</p></th>
<td>${member.durationMs > 0 ? formatDuration(member.durationMs) : ''}</td></tr>
`,
  );
  return html`<details${failed > 0 ? html` open` : nothing}><summary>${area} ${verdict}<small>${rest.join(', ')}${report.evidence === 'simulated' ? ` (${SIMULATED})` : ''}</small></summary>
<div class="inside"><table aria-label="Requirements of the area ${area}">
<thead><tr><th scope="col">Result</th><th scope="col">Requirement</th><th scope="col">Time</th></tr></thead>
<tbody>${rows}</tbody></table></div></details>
`;
}

function reasonOf({ reason }: RequirementResult): Markup {
  return reason ? html`<p class="warn">${reason}</p>` : nothing;
}

export function phaseSection(phases: readonly Phase[]): Markup {
  if (phases.length === 0) return nothing;
  const longest = Math.max(...phases.map(({ durationMs }) => durationMs), 1);
  const bars = phases.map(
    ({ name, durationMs }) => html`<li><span>${name}</span>
<span class="track" aria-hidden="true"><span class="bar" style="display:block;width:${((durationMs / longest) * 100).toFixed(1)}%"></span></span>
<span class="time">${formatDuration(durationMs)}</span></li>
`,
  );
  return html`<section aria-labelledby="phases"><h2 id="phases">Where the time went</h2><ol class="bars">${bars}</ol></section>`;
}
