import { formatDuration } from '../report/words.ts';
import type { Fate, Judgement } from './judgement.ts';

const words: Readonly<Record<Fate, string>> = {
  right: 'killed by the right requirement',
  other: 'killed by another',
  survived: 'survived',
  broken: 'could not be judged',
};

/** One line on the terminal as soon as a mutant is judged. */
export function progressLine({ name, fate, failed, wanted, seen, durationMs }: Judgement): string {
  const head = `${fate === 'right' ? '✓' : '✗'} ${name}  ${words[fate]}  ${(durationMs / 1000).toFixed(1)} s`;
  if (fate === 'right') return head;
  const reasons = Object.entries(seen).map(
    ([id, what]) => `      ${id}: ${what.split('\n').slice(0, 3).join(' / ').slice(0, 400)}`,
  );
  return [head, `    wanted ${wanted.join(', ')}`, `    failed ${failed.join(', ') || 'none'}`, ...reasons].join('\n');
}

/**
 * `71 mutants in 2 min 3 s: 70 killed by the right requirement, 1 survived (roleMayEvict)`
 * @param expected how many there were to be tried
 */
export function summary(judgements: readonly Judgement[], durationMs: number, expected: number): string {
  const counts = (Object.keys(words) as Fate[])
    .map((fate) => ({ fate, names: judgements.filter((one) => one.fate === fate).map(({ name }) => name) }))
    .filter(({ names }) => names.length > 0)
    .map(({ fate, names }) => `${names.length} ${words[fate]}${fate === 'right' ? '' : ` (${names.join(', ')})`}`);
  const untried = expected - judgements.length;
  const rest = untried > 0 ? [`${untried} not tried`] : [];
  return `${judgements.length} mutants in ${formatDuration(durationMs)}: ${[...counts, ...rest].join(', ')}`;
}

/** The table for the documentation: a row a mutant. */
export function markdownTable(judgements: readonly Judgement[]): string {
  const rows = judgements.map(
    ({ sentence, fate, failed, wanted, durationMs }) =>
      `| ${sentence} | ${ids(wanted)} | ${fate === 'right' ? words[fate] : `**${words[fate]}**${failed.length > 0 ? `: ${ids(failed)}` : ''}`} | ${(durationMs / 1000).toFixed(1)} s |`,
  );
  return ['| defect | must fail | what happened | time |', '| --- | --- | --- | ---: |', ...rows, ''].join('\n');
}

function ids(all: readonly string[]): string {
  return all.map((id) => `\`${id}\``).join(', ');
}
