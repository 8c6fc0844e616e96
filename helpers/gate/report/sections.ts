import { html, type Markup, nothing } from '../../report/html/markup.ts';
import { formatAmount, formatRatio, measureNames } from '../cost.ts';
import type { GateDifference } from '../difference.ts';
import { rejects } from '../verdict.ts';
import type { Waiver } from '../waivers.ts';
import { type Group, groupsOf } from './groups.ts';
import type { GateReport } from './model.ts';
import { sideNames } from './words.ts';

/** Differences in groups. @param open whether small groups are expanded, as in the section that decides */
export function differenceSection(id: string, title: string, differences: readonly GateDifference[], open: boolean): Markup {
  if (differences.length === 0) return nothing;
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title} <small>(${differences.length})</small></h2>
${groupsOf(differences).map((group) => groupDetails(group, open))}</section>
`;
}

function groupDetails({ title, members }: Group, open: boolean): Markup {
  const isSingle = members.length === 1;
  return html`<details${open && members.length < 6 ? html` open` : nothing}><summary>${isSingle ? shortTitle(title) : title}</summary>
<div class="inside">${members.map((member) => differenceArticle(member, !isSingle || shortTitle(title) !== title))}</div></details>
`;
}

function differenceArticle(difference: GateDifference, withSentence: boolean): Markup {
  const { id, sentence, origin, waived, advice } = difference;
  const facts = [id, ...(origin === undefined ? [] : [origin])].join(' · ');
  return html`<article class="difference">${withSentence ? html`<p>${sentence}</p>` : nothing}
${advice === undefined ? nothing : html`<p><b>Change:</b> ${advice}</p>`}
${waived ? html`<p class="warn">Waived until ${waived.until}: ${waived.reason}</p>` : nothing}
<p class="id">${rejects(difference) ? html`<span class="failed">rejects</span> · ` : nothing}<code>${facts}</code></p>
${examples(difference)}</article>
`;
}

function examples(difference: GateDifference): Markup {
  const { old, new: now } = difference;
  const names = sideNames(difference);
  if (old.length === 0 && now.length === 0) return nothing;
  const side = (title: string, lines: readonly string[]) =>
    html`<div><h4>${title}</h4>${lines.length === 0 ? html`<pre class="quiet">nothing</pre>` : html`<pre>${lines.join('\n')}</pre>`}</div>`;
  return html`<div class="pair">${side(names.old, old)}${side(names.new, now)}</div>`;
}

function shortTitle(title: string): string {
  return title.length > 180 ? `${title.slice(0, title.lastIndexOf(' ', 180))} …` : title;
}

/** The cost of both, as a table. */
export function costSection({ measures }: GateReport): Markup {
  if (measures.length === 0) return nothing;
  const rows = measures.map(({ name, when, unit, old, new: now, ratio, budget }) => {
    const over = budget !== undefined && ratio > budget;
    return html`<tr><th scope="row">${measureNames[name]}, ${when}</th><td>${formatAmount(old, unit)}</td><td>${formatAmount(now, unit)}</td>
<td class="${over ? 'failed' : 'quiet'}">${formatRatio(ratio)}</td><td>${budget === undefined ? '–' : formatRatio(budget)}</td></tr>
`;
  });
  return html`<section aria-labelledby="cost"><h2 id="cost">Cost</h2><table class="figures"><thead><tr><th scope="col">Measure</th><th scope="col">old</th><th scope="col">new</th>
<th scope="col">ratio</th><th scope="col">budget</th></tr></thead><tbody>${rows}</tbody></table></section>
`;
}

/** The families whose number of series differs. */
export function seriesSection({ series }: GateReport): Markup {
  if (series.length === 0) return nothing;
  const rows = series.map(
    ({ family, old, new: now }) => html`<tr><th scope="row"><code>${family}</code></th><td>${old}</td><td>${now}</td></tr>
`,
  );
  return html`<section aria-labelledby="series"><h2 id="series">Series per family, where they differ <small>(${series.length})</small></h2>
<details><summary>All ${series.length} families</summary><div class="inside"><table class="figures"><thead><tr><th scope="col">Family</th><th scope="col">old</th><th scope="col">new</th></tr></thead>
<tbody>${rows}</tbody></table></div></details></section>
`;
}

/** Expired and unused waivers. */
export function waiverSection({ waivers: { unused, expired } }: GateReport): Markup {
  if (unused.length === 0 && expired.length === 0) return nothing;
  const item = (what: string) => (waiver: Waiver) =>
    html`<li><span class="warn">${what}</span> <b>${waiver.difference}</b><p>until ${waiver.until}: ${waiver.reason}</p></li>
`;
  return html`<section aria-labelledby="waivers"><h2 id="waivers">Waivers without effect</h2>
<ul class="notes">${expired.map(item('expired'))}${unused.map(item('unused'))}</ul></section>
`;
}
