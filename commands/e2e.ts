import { withCluster } from '../helpers/cluster/choose.ts';
import { helpText, wantsHelp } from '../helpers/config/command-line.ts';
import { parseOptions } from '../helpers/config.ts';
import { InfrastructureError, UsageError } from '../helpers/errors.ts';
import { ApiError } from '../helpers/kube/api-error.ts';
import { renderTerminal, terminalStyle } from '../helpers/report/terminal.ts';
import { exitCodeOf, INFRASTRUCTURE_EXIT_CODE, USAGE_EXIT_CODE } from '../helpers/report/verdict.ts';
import { writeReports } from '../helpers/report/write.ts';
import { declaredRequirements } from '../helpers/requirement/declared.ts';
import { conformanceRun } from '../helpers/run/conformance-run.ts';
import { Interruption } from '../helpers/run/interruption.ts';
import { newRunId } from '../helpers/run/label.ts';
import { withFailedOnly } from '../helpers/run/rerun.ts';

async function main(argv: readonly string[]): Promise<number> {
  if (wantsHelp(argv)) {
    process.stdout.write(helpText(process.stdout.columns ?? 100));
    return 0;
  }
  const declared = await declaredRequirements();
  const ids = declared.map(({ id }) => id);
  const options = withFailedOnly(parseOptions(argv, process.env, ids));
  if (options.list) {
    process.stdout.write(declared.map(({ id, sentence }) => `${id}\n    ${sentence}\n`).join(''));
    return 0;
  }
  const chosen = await withCluster(options, process.env, (banner) => process.stderr.write(banner));
  const interruption = new Interruption();
  interruption.listen((line) => process.stderr.write(`\n${line}\n`));
  const report = await conformanceRun({ id: newRunId(), options: chosen, declared, interruption, output: process.stdout }).catch(
    (error: unknown) => {
      if (interruption.exitCode === undefined) throw error;
      return undefined;
    },
  );
  if (report === undefined) return interruption.exitCode ?? INFRASTRUCTURE_EXIT_CODE;
  const written = await writeReports(report, options.reports);
  process.stdout.write(renderTerminal(report, terminalStyle(process.stdout, process.env)));
  process.stdout.write(`${written.join('\n')}\n`);
  return interruption.exitCode ?? exitCodeOf(report.verdict, { partial: report.partial, results: report.requirements });
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const isUsage = error instanceof UsageError;
    if (!isUsage && !(error instanceof InfrastructureError) && !(error instanceof ApiError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(isUsage ? USAGE_EXIT_CODE : INFRASTRUCTURE_EXIT_CODE);
  },
);
