#!/usr/bin/env node
import { runToExit } from './command.ts';
import { createProgram } from './program.ts';

await runToExit(async (argv, interruption) => {
  let code = 0;
  const program = await createProgram(argv, async (definition, command) => {
    code = await definition.run(command, interruption);
  });
  await program.parseAsync(argv, { from: 'user' });
  return code;
});
