import type { Phase, Report, RequirementResult } from '../model.ts';
import { formatDuration, statusWord } from '../words.ts';
import { html, type Markup, nothing } from './markup.ts';
import { toneOf } from './sections.ts';

interface Bar {
  readonly name: string;
  /** In milliseconds since 1970. */
  readonly begun: number;
  readonly durationMs: number;
  /** The class that colours it. */
  readonly tone: string;
}

/**
 * The run against time: a line for the phases, and a line for each area with a bar a requirement, whose text appears under the pointer. For a
 * screen reader the durations are in the tables of the areas.
 */
export function timelineSection(report: Report): Markup {
  const areas = [...new Set(report.requirements.map(({ area }) => area))].map((area) => ({
    name: area,
    bars: report.requirements.filter((requirement) => requirement.area === area).flatMap((each) => requirementBar(each, report)),
  }));
  const lines = [{ name: 'phases', bars: report.phases.flatMap(phaseBar) }, ...areas].filter(({ bars }) => bars.length > 0);
  if (areas.every(({ bars }) => bars.length === 0)) return nothing;
  const begun = Math.min(Date.parse(report.startedAt), ...lines.flatMap(({ bars }) => bars.map((bar) => bar.begun)));
  const span = Math.max(1, ...lines.flatMap(({ bars }) => bars.map((bar) => bar.begun + bar.durationMs - begun)));
  const percent = (milliseconds: number) => `${((100 * milliseconds) / span).toFixed(2)}%`;
  const items = lines.map(({ name, bars }) => {
    const drawn = bars.map(
      (bar) =>
        html`<span class="${bar.tone}" style="left:${percent(bar.begun - begun)};width:${percent(bar.durationMs)}" title="${bar.name}: ${formatDuration(bar.durationMs)}, from ${formatDuration(bar.begun - begun)}"></span>`,
    );
    return html`<li><span>${name}</span><span class="line">${drawn}</span></li>
`;
  });
  return html`<section aria-labelledby="timeline"><h2 id="timeline">Timeline <small>(${formatDuration(span)})</small></h2>
<ol class="timeline" aria-label="A bar for each requirement, from its start to its end">${items}</ol></section>`;
}

function phaseBar({ name, startedAt, durationMs }: Phase): readonly Bar[] {
  return startedAt === undefined ? [] : [{ name, begun: Date.parse(startedAt), durationMs, tone: 'phase' }];
}

function requirementBar(requirement: RequirementResult, report: Report): readonly Bar[] {
  const { id, startedAt, durationMs } = requirement;
  if (startedAt === undefined) return [];
  const name = `${id}, ${statusWord(requirement, report)}`;
  return [{ name, begun: Date.parse(startedAt), durationMs, tone: toneOf(requirement) }];
}
