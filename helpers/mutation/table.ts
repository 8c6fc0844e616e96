import { formatDuration } from '../report/words.ts';
import type { Fate, Judgement } from './judgement.ts';

const words: Readonly<Record<Fate, string>> = {
  killed: 'killed',
  'killed-by-another': 'killed by another requirement',
  survived: 'survived',
  error: 'error',
};

/** One line on the terminal as soon as a mutant is judged. */
export function progressLine({ name, fate, failed, expected, observations, durationMs }: Judgement): string {
  const head = `${fate === 'killed' ? '✓' : '✗'} ${name}  ${words[fate]}  ${(durationMs / 1000).toFixed(1)} s`;
  if (fate === 'killed') return head;
  const reasons = Object.entries(observations).map(
    ([id, what]) => `      ${id}: ${what.split('\n').slice(0, 3).join(' / ').slice(0, 400)}`,
  );
  return [head, `    expected ${expected.join(', ')}`, `    failed ${failed.join(', ') || 'none'}`, ...reasons].join('\n');
}

/**
 * `71 mutants in 2 min 3 s: 70 killed, 1 survived (role-may-evict)`
 * @param expected how many there were to be tried
 */
export function summary(judgements: readonly Judgement[], durationMs: number, expected: number): string {
  const counts = (Object.keys(words) as Fate[])
    .map((fate) => ({ fate, names: judgements.filter((one) => one.fate === fate).map(({ name }) => name) }))
    .filter(({ names }) => names.length > 0)
    .map(({ fate, names }) => `${names.length} ${words[fate]}${fate === 'killed' ? '' : ` (${names.join(', ')})`}`);
  const untried = expected - judgements.length;
  const rest = untried > 0 ? [`${untried} not tried`] : [];
  return `${judgements.length} mutants in ${formatDuration(durationMs)}: ${[...counts, ...rest].join(', ')}`;
}

/** The table for the documentation: a row a mutant. */
export function markdownTable(judgements: readonly Judgement[]): string {
  const rows = judgements.map(
    ({ sentence, fate, failed, expected, durationMs }) =>
      `| ${sentence} | ${ids(expected)} | ${fate === 'killed' ? words[fate] : `**${words[fate]}**${failed.length > 0 ? `: ${ids(failed)}` : ''}`} | ${(durationMs / 1000).toFixed(1)} s |`,
  );
  return ['| defect | must fail | what happened | time |', '| --- | --- | --- | ---: |', ...rows, ''].join('\n');
}

function ids(all: readonly string[]): string {
  return all.map((id) => `\`${id}\``).join(', ');
}
