import { html, type Markup, nothing } from '../../report/html/markup.ts';
import { code, text } from '../../report/markdown.ts';
import { plural } from '../../report/words.ts';
import type { SourceCounts } from '../rules/coverage.ts';
import { type GateReport, reportNames } from './model.ts';

type SourcesReport = Pick<GateReport, 'sources' | 'evidence'>;

const MOST_REASONS = 12;
const MOST_NAMES = 3;

/** `12 of 40 expressions judged, 3 by their selectors, 25 not` */
function countsOf({ expressions, judged, bySelectors, notJudged }: SourceCounts): string {
  const facts = [
    `${judged} of ${plural(expressions, 'expression')} judged`,
    ...(bySelectors.length > 0 ? [`${bySelectors.length} by ${bySelectors.length === 1 ? 'its' : 'their'} selectors`] : []),
    ...(notJudged.length > 0 ? [`${notJudged.length} not`] : []),
  ];
  return facts.join(', ');
}

/** Why expressions are not judged as a whole, the most frequent first: `its datasource is loki: 2 (panel Logs, panel Errors)`. */
function reasonsOfSources({ sources, evidence }: SourcesReport, most = MOST_REASONS): readonly string[] {
  const names = new Map<string, string[]>();
  for (const { bySelectors, notJudged } of sources) {
    for (const { name, reason } of [...bySelectors, ...notJudged]) {
      const kind = reason.replace(/(other exporters|no given rule records|were not scraped): .*/s, '$1');
      names.set(kind, [...(names.get(kind) ?? []), name]);
    }
  }
  const sorted = [...names].sort(([, a], [, b]) => b.length - a.length);
  const lines = sorted.map(([reason, skipped]) => {
    const more = skipped.length > MOST_NAMES ? ` and ${skipped.length - MOST_NAMES} more` : '';
    return `${reason}: ${skipped.length} (${skipped.slice(0, MOST_NAMES).join(', ')}${more})`;
  });
  return lines.length > most
    ? [...lines.slice(0, most), `… and ${plural(lines.length - most, 'more reason')} in ${reportNames({ evidence }).json}.`]
    : lines;
}

/** The lines of the terminal: the counts of each file, then why expressions are not judged as a whole. */
export function sourceLines(report: SourcesReport): readonly string[] {
  return [...report.sources.map((source) => `${source.file}: ${countsOf(source)}`), ...reasonsOfSources(report)];
}

export function sourceMarkdown(report: SourcesReport): string {
  const { sources } = report;
  if (sources.length === 0) return '';
  const rows = sources.map(
    ({ file, expressions, judged, bySelectors, notJudged }) =>
      `| ${code(file)} | ${expressions} | ${judged} | ${bySelectors.length} | ${notJudged.length} |`,
  );
  const reasons = reasonsOfSources(report).map((line) => `- ${text(line)}\n`);
  return `\n### Rules and dashboards\n\n| File | expressions | judged | by selectors | not judged |\n|---|--:|--:|--:|--:|\n${rows.join('\n')}\n\n${reasons.join('')}`;
}

export function sourceSection({ sources }: Pick<GateReport, 'sources'>): Markup {
  if (sources.length === 0) return nothing;
  const rows = sources.map(
    ({ file, expressions, judged, bySelectors, notJudged }) =>
      html`<tr><th scope="row"><code>${file}</code></th><td>${expressions}</td><td>${judged}</td><td>${bySelectors.length}</td><td>${notJudged.length}</td></tr>
`,
  );
  return html`<section aria-labelledby="sources"><h2 id="sources">Rules and dashboards</h2><table class="figures"><thead><tr><th scope="col">File</th><th scope="col">expressions</th>
<th scope="col">judged</th><th scope="col">by selectors</th><th scope="col">not judged</th></tr></thead><tbody>${rows}</tbody></table>
${sources.map(notJudgedDetails)}</section>
`;
}

function notJudgedDetails({ file, bySelectors, notJudged }: SourceCounts): Markup {
  const named = [
    ...bySelectors.map((skipped) => ({ ...skipped, how: 'by selectors' })),
    ...notJudged.map((skipped) => ({ ...skipped, how: 'not judged' })),
  ];
  if (named.length === 0) return nothing;
  const items = named.map(
    ({ name, reason, how }) => html`<li><b>${name}</b> <small>${how}: ${reason}</small></li>
`,
  );
  return html`<details><summary>${file}: ${named.length} not judged as a whole, and why</summary><div class="inside"><ul>${items}</ul></div></details>
`;
}
