import { type FaultResult, hasNoProblems } from './try-fault.ts';

const columns = [
  'Command',
  'Phase',
  'Fault',
  'Exit code',
  'Verdict',
  'Objects lost',
  'Left unnamed',
  'Wrong blame',
  'Otherwise wrong',
];

/** One line for the terminal. */
export function formatFaultResult(result: FaultResult): string {
  const { phase, fault, exitCode, verdict, left } = result;
  const remains = left.length === 0 ? '' : `, ${left.length} left`;
  const line = `${hasNoProblems(result) ? '✓' : '✗'} ${phase}  ${fault}  exit ${exitCode ?? 'by signal'} ${verdict}${remains}`;
  return [line, ...problemsOf(result).map((problem) => `    ${problem}`)].join('\n');
}

function problemsOf({ lost, unnamed, blamed, wrong }: FaultResult): readonly string[] {
  return [
    ...lost.map((problem) => `lost: ${problem}`),
    ...unnamed.map((problem) => `left and not named: ${problem}`),
    ...blamed.map((problem) => `blamed: ${problem}`),
    ...wrong,
  ];
}

/** A Markdown page: the totals, a table of all faults, and the problems. */
export function faultTable(results: readonly FaultResult[], foreignObjects: number): string {
  const sum = (problems: (result: FaultResult) => readonly string[]) =>
    results.reduce((count, result) => count + problems(result).length, 0);
  const [lost, unnamed, blamed] = [sum((result) => result.lost), sum((result) => result.unnamed), sum((result) => result.blamed)];
  const summary = `${results.length} faults on a simulated cluster with ${foreignObjects} objects of others. Objects lost: ${lost}; objects left unnamed: ${unnamed}; wrong blame: ${blamed}; otherwise wrong: ${sum((result) => result.wrong)}.`;
  const problems = results
    .filter((result) => !hasNoProblems(result))
    .flatMap((result) => [`- ${result.phase}, ${result.fault}`, ...problemsOf(result).map((problem) => `  - ${problem}`)]);
  return [
    '# Faults',
    '',
    summary,
    '',
    `| ${columns.join(' | ')} |`,
    `|${columns.map(() => ' --- ').join('|')}|`,
    ...results.map(rowOf),
    ...(problems.length === 0 ? [] : ['', '## What went wrong', '', ...problems]),
    '',
  ].join('\n');
}

function rowOf({ command, phase, fault, exitCode, verdict, lost, unnamed, blamed, wrong }: FaultResult): string {
  const cells = [command, phase, fault, exitCode ?? 'signal', verdict];
  const counts = [lost, unnamed, blamed, wrong].map((list) => list.length);
  return `| ${[...cells, ...counts].map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
}
