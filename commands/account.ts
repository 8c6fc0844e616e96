import { accountArguments, addAccountOptions } from '../helpers/account/command-line.ts';
import { explain, isCorrect } from '../helpers/account/explain.ts';
import { asJson, asText } from '../helpers/account/print.ts';
import { print } from '../helpers/print.ts';
import type { CommandDefinition } from './command.ts';

export const account: CommandDefinition = {
  define: addAccountOptions,
  run: async (command) => {
    const given = accountArguments(command);
    const result = await explain(given);
    print(`${given.json ? asJson(result, given.limit) : asText(result, given.limit)}\n`);
    return isCorrect(result) ? 0 : 1;
  },
};
