import { accountHelp, parseAccountArguments } from '../helpers/account/command-line.ts';
import { explain, isCorrect } from '../helpers/account/explain.ts';
import { asJson, asText } from '../helpers/account/print.ts';
import { print } from '../helpers/print.ts';
import { runCommand } from './main.ts';

await runCommand(async (argv) => {
  if (argv.includes('--help') || argv.includes('-h')) {
    print(accountHelp());
    return 0;
  }
  const given = parseAccountArguments(argv);
  const result = await explain(given);
  print(`${given.json ? asJson(result, given.limit) : asText(result, given.limit)}\n`);
  return isCorrect(result) ? 0 : 1;
});
