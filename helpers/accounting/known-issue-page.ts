import { inRange } from '../version.ts';
import type { AffectedObjects, KnownIssue } from './known-issue.ts';
import { knownIssues } from './known-issue-table.ts';

/** The releases that the page compares. */
const releases: readonly string[] = [...Array.from({ length: 15 }, (_, index) => `v2.${index + 5}.0`), 'v2.19.1', 'v2.20.0'];

/** The Kubernetes of the table by release, which serves everything that the newest release lists but one group. */
const kubernetes = 'v1.34.1';

type Effect = AffectedObjects['effect'] | 'any';

const effects: readonly (readonly [Effect, string])[] = [
  ['crash', 'An object ends it'],
  ['crash-by-image', 'An object ends some images'],
  ['wrong', 'An object has a wrong series'],
  ['repeat', 'An object has a series twice'],
  ['any', 'Anything else'],
];

/** Objects that were reported as ending exporters, and that no API server takes or keeps; tried on Kubernetes 1.34.1. */
const notTaken: readonly (readonly [string, string])[] = [
  ['a CronJob without `suspend`', 'is given `false` (kube-state-metrics #2970, #2999)'],
  ['a Deployment without `replicas`, or whose `rollingUpdate` has no values', 'is given 1 and 25 % (#2971, #3083)'],
  ['a Deployment with a percentage that does not parse', 'is refused (#3083)'],
  ['a HorizontalPodAutoscaler without `minReplicas`', 'is given 1 (#2991)'],
  ['a pod IP that does not parse', 'is refused; one with leading zeros is taken, and 2.20 does not expose it (#3059)'],
  ['a LimitRange with two limits of a type', 'is refused'],
  ['an endpoint without an address', 'is refused (#3076)'],
];

/** The known issues, by release and by issue, as the Markdown of docs/known-issues.md. */
export function knownIssuesPage(): string {
  return `# Known issues

What releases of kube-state-metrics are known to get wrong. Generated from \`helpers/accounting/known-issue-table.ts\` by
\`npm run known-issues\`; do not edit. A failure that a known issue explains is reported as one (≈), also when it does not occur; any other
failure is a failure. \`e2e\`, \`gate\`, \`preview\`, \`account\` and an audit name the objects of a cluster that meet one.

${effects
  .filter(([effect]) => effect !== 'any')
  .map(([effect, title]) => `- ${title}: ${safeSince(effect)}.`)
  .join('\n')}

## By release

On Kubernetes ${kubernetes}, with the default resources or any others.

| Release | ${effects.map(([, title]) => title).join(' | ')} |
| --- | ${effects.map(() => '---').join(' | ')} |
${releases.map((release) => `| ${release} | ${effects.map(([effect]) => cell(release, effect)).join(' | ')} |`).join('\n')}

## By issue

${knownIssues.map(section).join('\n\n')}

## Objects that no API server takes or keeps

They were reported as ending exporters, and reach none by way of an API server:

${notTaken.map(([object, outcome]) => `- ${object} ${outcome}`).join('\n')}
`;
}

function effectOf({ objects }: KnownIssue): Effect {
  return objects?.effect ?? 'any';
}

function cell(release: string, effect: Effect): string {
  const found = knownIssues.filter(
    (issue) => effectOf(issue) === effect && inRange(release, issue.exporter) && inRange(kubernetes, issue.kubernetes),
  );
  return found.map(({ id }) => `[${id}](#${id})`).join(', ');
}

/** From which release on no later one has an issue of this effect. */
function safeSince(effect: Effect): string {
  const affected = releases.map((release) =>
    knownIssues.some((issue) => effectOf(issue) === effect && inRange(release, issue.exporter)),
  );
  const first = releases[affected.lastIndexOf(true) + 1];
  return first === undefined ? 'no release is free of it yet' : `no release from ${first} on`;
}

function section({ id, note, advice, exporter, kubernetes: range, requirement, reference }: KnownIssue): string {
  return `### ${id}

${note} ${advice}

Exporter \`${exporter}\`, Kubernetes \`${range}\` · fails \`${requirement}\` · ${reference}`;
}
