import { countsOf, type Phase, type Report, type RequirementResult, type Status } from '../model.ts';
import { explanationOf, outcomeMarks, outcomeWords, unpromisedSentence } from '../not-promised.ts';
import { effectsOf, failureParts, formatDuration, marks, plural, SIMULATED, statusWord } from '../words.ts';
import { html, type Markup, nothing } from './markup.ts';

/** The class that colours a result; the word beside it means the same without colour. */
export function toneOf({ status, level }: Pick<RequirementResult, 'status' | 'level'>): string {
  const tones: Readonly<Record<Status, string>> = {
    passed: 'passed',
    failed: 'failed',
    blocked: 'warn',
    skipped: 'quiet',
    'known-issue': 'warn',
    'not-applicable': 'quiet',
  };
  return status === 'failed' && level === 'should' ? 'warn' : tones[status];
}

/** The findings, each with the failures that it causes. */
export function findingSection(findings: readonly RequirementResult[], report: Report): Markup {
  if (findings.length === 0) return nothing;
  return html`<section aria-labelledby="failures"><h2 id="failures">Failures <small>(${findings.length})</small></h2>
${findings.map((finding) => findingArticle(finding, report))}</section>`;
}

function findingArticle(finding: RequirementResult, report: Report): Markup {
  return html`<article class="failure ${finding.level}">
<div class="top"><h3>${finding.id}</h3><span class="${toneOf(finding)}">${marks.failed} ${statusWord(finding, report)}, ${formatDuration(finding.durationMs)}</span></div>
<p>${finding.sentence}</p>
${finding.reason ? html`<p class="quiet">${finding.reason}</p>` : nothing}
${evidenceList(finding)}${effectsSection(finding, report)}</article>
`;
}

/** The failures that a finding causes, with their evidence, and the number of requirements that it blocks. */
function effectsSection(finding: RequirementResult, report: Report): Markup {
  const { consequences, blocked } = effectsOf(finding, report);
  const items = consequences.map(
    (
      failure,
    ) => html`<li><span class="${toneOf(failure)}">${marks.failed} ${statusWord(failure, report)}</span> <b>${failure.id}</b>
<p>${failure.sentence}</p><details><summary>Evidence</summary><div class="inside">${evidenceList(failure)}</div></details></li>
`,
  );
  const caused =
    items.length > 0 ? html`<p>It causes ${plural(items.length, 'more failure')}:</p><ul class="notes">${items}</ul>` : nothing;
  const blocks = blocked.length > 0 ? html`<p>It blocks ${plural(blocked.length, 'requirement')}.</p>` : nothing;
  return html`${caused}${blocks}`;
}

function evidenceList(failure: RequirementResult): Markup {
  const parts = failureParts(failure).map(({ label, text }) => html`<dt>${label}</dt><dd>${evidence(label, text)}</dd>`);
  return html`<dl>${parts}<dt>source</dt><dd>${failure.source}</dd></dl>`;
}

/** An observation; a text that is long enough to scroll can be scrolled with the keyboard. */
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

/** The features that the profile does not promise, and whether the deployment would meet them; nothing where they were not looked into. */
export function unpromisedSection(report: Report): Markup {
  const { notPromised = [] } = report;
  if (notPromised.length === 0) return nothing;
  const simulated = report.evidence === 'simulated' ? ` (${SIMULATED})` : '';
  const items = notPromised.map(
    (feature) => html`<li><span class="quiet">${outcomeMarks[feature.outcome]} ${outcomeWords[feature.outcome]}${simulated}</span>
<b>${feature.feature}</b><p>${feature.sentence} ${explanationOf(feature)}</p></li>
`,
  );
  return html`<section aria-labelledby="not-promised"><h2 id="not-promised">Not promised <small>(${items.length})</small></h2>
<p>${unpromisedSentence(report)}</p><ul class="notes">${items}</ul></section>`;
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
    { count: others.blocked, word: 'blocked' },
    { count: others.knownIssues, word: others.knownIssues === 1 ? 'known issue' : 'known issues' },
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

function reasonOf({ status, reason, causedBy }: RequirementResult): Markup {
  const cause = status === 'failed' && causedBy !== undefined ? html`<p class="warn">Caused by ${causedBy}</p>` : nothing;
  return reason ? html`<p class="warn">${reason}</p>${cause}` : cause;
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
