import { parseExpression } from '../../prometheus/rules/expression.ts';
import { type Rule, type RuleSource, ruleName, shortRuleName } from '../../prometheus/rules/rule.ts';
import type { TargetLabels } from '../../prometheus/rules/surface.ts';
import type { GateDifference, Part, Severity } from '../difference.ts';
import { checkLabels, checkSelector, type Finding } from './checks.ts';
import { countSources, coverageOf, type SourceCounts } from './coverage.ts';
import { type ContextRequest, type RuleContext, ruleContext, selectsExporter } from './rule-context.ts';
import { deriveTargetLabels, type GivenTarget } from './target-labels.ts';

/** What names each rule in the ids of its differences. */
export type RuleIdentities = ReadonlyMap<Rule, string>;

/** Rules and dashboard queries judged by their selectors. */
export interface JudgedSources {
  readonly differences: readonly GateDifference[];
  /** How each file is judged. */
  readonly sources: readonly SourceCounts[];
  /** The rules whose results can be compared with nothing but both expositions in Prometheus. */
  readonly evaluable: readonly Rule[];
  /** The target labels with which the selectors are judged. */
  readonly target: TargetLabels;
  readonly identities: RuleIdentities;
}

/**
 * Judges the rules and dashboard queries of all files by their selectors, on two surfaces, live or predicted.
 * @param request without `target`, the target labels are derived from the rules
 * @param given the target labels that are known
 */
export function judgeSources(
  sources: readonly RuleSource[],
  request: ContextRequest,
  given: GivenTarget = { labels: {} },
): JudgedSources {
  const rules = sources.flatMap((source) => source.rules);
  const known = ruleContext(rules, request);
  const context = { ...known, target: request.target ?? deriveTargetLabels(rules, known, given) };
  const identities = identitiesOf(rules);
  return {
    differences: gateRules(rules, context, identities),
    sources: countSources(sources, context),
    evaluable: rules.filter((rule) => coverageOf(rule, context).how === 'whole'),
    target: context.target,
    identities,
  };
}

/** Checks each rule and dashboard query against both expositions, without evaluating it. */
export function gateRules(
  rules: readonly Rule[],
  context: RuleContext,
  identities: RuleIdentities = identitiesOf(rules),
): readonly GateDifference[] {
  return rules.flatMap((rule) => {
    const byKey = new Map<string, Finding[]>();
    for (const finding of checkRule(rule, context)) byKey.set(finding.key, [...(byKey.get(finding.key) ?? []), finding]);
    return [...byKey.values()].map((findings) => differenceOf(rule, merged(findings), identities));
  });
}

function checkRule({ expression, templates }: Rule, context: RuleContext): readonly Finding[] {
  const parsed = parseExpression(expression);
  if (parsed.faults.length > 0) {
    const errors = parsed.faults.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`);
    const sentence = `The expression does not parse: ${errors.join(' ')}`;
    return [{ key: 'syntax', sentence, brief: sentence, severity: 'harmless', both: true, old: [expression], new: [] }];
  }
  const ofExporter = parsed.selectors.filter((selector) => selectsExporter(selector, context));
  return [
    ...ofExporter.flatMap((selector) => checkSelector(selector, context) ?? []),
    ...checkLabels(parsed, templates, context),
  ];
}

const bySeverity: readonly Severity[] = ['reject', 'note', 'harmless'];

/** The findings with the same key, such as those of two selectors of one metric, as one: the worst, with the sentences of all. */
function merged(findings: readonly Finding[]): Finding {
  const [worst, ...others] = [...findings].sort((a, b) => bySeverity.indexOf(a.severity) - bySeverity.indexOf(b.severity));
  if (worst === undefined) throw new Error('There is no finding to merge.');
  const further = others.filter(({ sentence }) => sentence !== worst.sentence);
  if (further.length === 0) return worst;
  const all = [worst, ...further];
  const joined = (texts: readonly (string | undefined)[]) => [...new Set(texts.filter((text) => text !== undefined))].join(' ');
  const [brief, advice] = [joined(all.map((finding) => finding.brief)), joined(all.map((finding) => finding.advice))];
  return {
    ...worst,
    sentence: joined(all.map(({ sentence }) => sentence)),
    ...(brief !== '' && { brief }),
    ...(advice !== '' && { advice }),
    old: all.flatMap(({ old }) => old),
    new: all.flatMap((finding) => finding.new),
  };
}

function differenceOf(rule: Rule, { key, sentence, ...rest }: Finding, identities: RuleIdentities): GateDifference {
  return {
    id: ruleId(rule, key, identities),
    part: partOf(rule),
    rule: shortRuleName(rule),
    sentence: `${ruleName(rule)}: ${sentence}`,
    ...rest,
  };
}

/** The part of the comparison to which a rule or a query belongs. */
export function partOf({ kind }: Pick<Rule, 'kind'>): Extract<Part, 'rules' | 'dashboards'> {
  return kind === 'alert' || kind === 'record' ? 'rules' : 'dashboards';
}

/**
 * What names each rule, and no other one: `group/name`, with its file where several files have a rule of that name, and with its place
 * among them from the second in the same file on: `pods/KubePodNotReady@b.yaml#2`. A waiver for the rule of one file does not apply to
 * that of another file.
 */
function identitiesOf(rules: readonly Rule[]): RuleIdentities {
  const alike = new Map<string, Map<string, Rule[]>>();
  for (const rule of rules) {
    const name = nameOf(rule);
    const byFile = alike.get(`${partOf(rule)}/${name}`) ?? new Map<string, Rule[]>();
    byFile.set(rule.file, [...(byFile.get(rule.file) ?? []), rule]);
    alike.set(`${partOf(rule)}/${name}`, byFile);
  }
  const named = [...alike.values()].flatMap((byFile) =>
    [...byFile].flatMap(([file, sameNamed]) =>
      sameNamed.map((rule, index) => {
        const ofFile = byFile.size > 1 ? `@${file}` : '';
        return [rule, `${nameOf(rule)}${ofFile}${index > 0 ? `#${index + 1}` : ''}`] as const;
      }),
    ),
  );
  return new Map(named);
}

/** `rules/kubernetes/KubePodNotReady/selector-lost/kube_x` */
export function ruleId(rule: Rule, key: string, identities: RuleIdentities): string {
  return `${partOf(rule)}/${identities.get(rule) ?? nameOf(rule)}/${key}`.replace(/\s+/g, '-');
}

function nameOf({ group, name }: Rule): string {
  return `${group}/${name}`.replace(/\s+/g, '-');
}
