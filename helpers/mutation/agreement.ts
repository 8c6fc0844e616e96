import type { Judgement } from './judgement.ts';
import type { MutantsRecord } from './record.ts';

type Side = Pick<MutantsRecord, 'evidence' | 'judgements'>;

/**
 * Holds what became of mutants in two clusters against each other: their fates, and the status of every requirement that was
 * verified for them. That is how a simulated cluster is tested: it must do to every defect what a real one does.
 * @returns what differs, a line each; none when the clusters agree
 */
export function disagreements(one: Side, other: Side): readonly string[] {
  const names = [...new Set([...one.judgements, ...other.judgements].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [here, there] = [one, other].map(({ judgements }) => judgements.find((judgement) => judgement.name === name));
    if (!here || !there) return [`${name}: only tried ${(here ? one : other).evidence}`];
    return differencesOf(here, there).map((difference) => `${name}: ${difference}`);
  });
}

function differencesOf(here: Judgement, there: Judgement): readonly string[] {
  const ids = [...new Set([...Object.keys(here.statuses), ...Object.keys(there.statuses)])];
  const statuses = ids
    .map((id) => ({ id, pair: [here, there].map(({ statuses }) => statuses[id] ?? 'not verified') }))
    .filter(({ pair }) => pair[0] !== pair[1])
    .map(({ id, pair }) => `${id} ${pair.join(' and ')}`);
  return here.fate === there.fate ? statuses : [`${here.fate} and ${there.fate}`, ...statuses];
}

/** The table for the documentation: a row a mutant, with what became of it on each of both clusters, and how long that took. */
export function tableOfBoth(live: MutantsRecord, simulated: MutantsRecord): string {
  const columns = ['defect', 'must fail', `live, ${live.kubernetes}`, 'simulated', 'live', 'simulated'];
  const known = new Map([...simulated.judgements, ...live.judgements].map((judgement) => [judgement.name, judgement]));
  const rows = [...known.values()].map(({ name, sentence, expected }) => {
    const both = [live, simulated].map(({ judgements }) => judgements.find((one) => one.name === name));
    const fates = both.map((one) => fateOf(one));
    const times = both.map((one) => (one ? `${(one.durationMs / 1000).toFixed(1)} s` : ''));
    return [sentence, expected.map((id) => `\`${id}\``).join(', '), ...fates, ...times];
  });
  const marks = ['---', '---', '---', '---', '---:', '---:'];
  return [columns, marks, ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

function fateOf(judgement: Judgement | undefined): string {
  if (!judgement) return 'not tried';
  if (judgement.fate === 'killed') return 'killed';
  return `**${judgement.fate}**${judgement.failed.length > 0 ? `: ${judgement.failed.join(', ')}` : ''}`;
}
