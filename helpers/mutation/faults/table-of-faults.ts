import { isRight, type JudgedFault } from './judged.ts';

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
export function lineOf(judged: JudgedFault): string {
  const { phase, fault, exitCode, verdict, left } = judged;
  const remains = left.length === 0 ? '' : `, ${left.length} left`;
  const line = `${isRight(judged) ? '✓' : '✗'} ${phase}  ${fault}  exit ${exitCode ?? 'by signal'} ${verdict}${remains}`;
  return [line, ...problemsOf(judged).map((problem) => `    ${problem}`)].join('\n');
}

function problemsOf({ lost, unnamed, blamed, wrong }: JudgedFault): readonly string[] {
  return [
    ...lost.map((problem) => `lost: ${problem}`),
    ...unnamed.map((problem) => `left and not named: ${problem}`),
    ...blamed.map((problem) => `blamed: ${problem}`),
    ...wrong,
  ];
}

/** The table of all faults, with the sums above it and the problems below, as Markdown. */
export function markdownOf(all: readonly JudgedFault[], strangers: number): string {
  const sum = (of: (judged: JudgedFault) => readonly string[]) => all.reduce((count, judged) => count + of(judged).length, 0);
  const [lost, unnamed, blamed] = [sum((one) => one.lost), sum((one) => one.unnamed), sum((one) => one.blamed)];
  const summary = `${all.length} faults tried on a simulated cluster with ${strangers} objects of others. Objects lost: ${lost}; objects left unnamed: ${unnamed}; wrong blame: ${blamed}; otherwise wrong: ${sum((one) => one.wrong)}.`;
  const problems = all
    .filter((judged) => !isRight(judged))
    .flatMap((judged) => [`- ${judged.phase}, ${judged.fault}`, ...problemsOf(judged).map((problem) => `  - ${problem}`)]);
  return [
    '# Faults',
    '',
    summary,
    '',
    `| ${columns.join(' | ')} |`,
    `|${columns.map(() => ' --- ').join('|')}|`,
    ...all.map(rowOf),
    ...(problems.length === 0 ? [] : ['', '## What went wrong', '', ...problems]),
    '',
  ].join('\n');
}

function rowOf({ command, phase, fault, exitCode, verdict, lost, unnamed, blamed, wrong }: JudgedFault): string {
  const cells = [command, phase, fault, exitCode ?? 'signal', verdict];
  const counts = [lost, unnamed, blamed, wrong].map((list) => list.length);
  return `| ${[...cells, ...counts].map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
}
