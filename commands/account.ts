import { isAccounted } from '../helpers/accounting/account.ts';
import { accountHelp, parseAccountArguments } from '../helpers/accounting/offline/command-line.ts';
import { explain } from '../helpers/accounting/offline/explain.ts';
import { asJson, asText } from '../helpers/accounting/offline/print.ts';
import { UsageError } from '../helpers/errors.ts';
import { print, printError } from '../helpers/report/print.ts';

const argv = process.argv.slice(2);

async function run(): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    print(accountHelp());
    return 0;
  }
  const given = parseAccountArguments(argv);
  const result = await explain(given);
  print(`${given.json ? asJson(result, given.limit) : asText(result, given.limit)}\n`);
  return isAccounted(result.accounting) ? 0 : 1;
}

try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  printError(`${error.message}\n`);
  process.exitCode = 2;
}
