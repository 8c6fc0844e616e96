#!/usr/bin/env node
import { createProgram } from './program.ts';
import { runToExit } from './run-to-exit.ts';

await runToExit(async (argv, interruption) => {
  let code = 0;
  const program = await createProgram(argv, async (definition, command) => {
    code = await definition.run(command, interruption);
  });
  await program.parseAsync(argv, { from: 'user' });
  return code;
});
