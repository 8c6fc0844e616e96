import { readFileSync } from 'node:fs';
import { Argument, Command } from 'commander';
import { dropEmptyVariables, sentenceOf } from '../helpers/command-line.ts';
import { print, printError } from '../helpers/print.ts';
import { isPackaged, packageDirectory } from '../helpers/source.ts';
import type { CommandDefinition } from './command.ts';
import { completionScript, shells } from './completion.ts';

interface CommandEntry {
  readonly description: string;
  readonly load: () => Promise<CommandDefinition>;
}

const commands: Readonly<Record<string, CommandEntry>> = {
  e2e: {
    description: 'Boots a cluster, installs the exporter, verifies every requirement and writes the report.',
    load: async () => (await import('./e2e.ts')).e2e,
  },
  gate: {
    description: 'Compares two releases of the exporter side by side and decides whether one may replace the other.',
    load: async () => (await import('./gate.ts')).gate,
  },
  preview: {
    description:
      'Predicts what an upgrade would change for the objects, rules and dashboards of a cluster, without deploying anything.',
    load: async () => (await import('./preview.ts')).preview,
  },
  account: {
    description: 'Compares a saved scrape of the exporter with saved objects.',
    load: async () => (await import('./account.ts')).account,
  },
  check: {
    description: 'Checks whether an exposition, of any exporter, conforms to its format.',
    load: async () => (await import('./check.ts')).check,
  },
  capture: {
    description: 'Records a scrape of an exporter together with the objects that it exposes.',
    load: async () => (await import('./capture.ts')).capture,
  },
  overview: {
    description: 'Puts every report.json below a directory on one page, or every gate.json.',
    load: async () => (await import('./overview.ts')).overview,
  },
  clean: {
    description: 'Lists and removes what runs have left: on Docker, or on the cluster of a kubeconfig.',
    load: async () => (await import('./clean.ts')).clean,
  },
  mutants: {
    description: 'Tries every deliberate defect: exactly the requirements that it names must fail.',
    load: async () => (await import('./mutants.ts')).mutantsCommand,
  },
  faults: {
    description: 'Tries what may go wrong between a run and an existing cluster, on simulated clusters.',
    load: async () => (await import('./faults.ts')).faults,
  },
  scale: {
    description: 'Fills a cluster step by step, and prints what accounting for all of it costs.',
    load: async () => (await import('./scale.ts')).scale,
  },
};

/** Commands that write into this repository or measure it: they are not in the package. */
const developmentCommands: Readonly<Record<string, CommandEntry>> = {
  bench: {
    description: 'Measures the reader of expositions, and a preview of a large cluster.',
    load: async () => (await import('./bench.ts')).bench,
  },
  captures: {
    description: 'Writes the table of the recorded captures into docs/results.md.',
    load: async () => (await import('./generate.ts')).captures,
  },
  families: {
    description: 'Writes docs/families.md, the table of every metric family.',
    load: async () => (await import('./generate.ts')).families,
  },
  'known-issues': {
    description: 'Writes docs/known-issues.md, what releases are known to get wrong.',
    load: async () => (await import('./generate.ts')).knownIssues,
  },
  coverage: {
    description: 'Writes the coverage of the unit tests into CONTRIBUTING.md; npm run coverage measures it first.',
    load: async () => (await import('./generate.ts')).coverage,
  },
};

export const available: Readonly<Record<string, CommandEntry>> = { ...commands, ...(!isPackaged && developmentCommands) };

/** Runs a command once it is parsed. */
type Runner = (definition: CommandDefinition, command: Command) => Promise<void>;

/**
 * The program with its commands. Only the commands that the arguments need are imported, with their options: the others have a name and
 * a description.
 * @param argv the arguments without node and script
 */
export async function createProgram(argv: readonly string[], run: Runner): Promise<Command> {
  dropEmptyVariables(process.env);
  const program = new Command('kube-state-metrics-conformance')
    .description('Verifies whether a kube-state-metrics deployment does what it must, on a live cluster, and shows the evidence.')
    .version(version())
    .configureOutput({
      writeOut: print,
      writeErr: printError,
      outputError: (message, write) => write(`${sentenceOf(message)}\n`),
      getOutHelpWidth: () => process.stdout.columns ?? 100,
    })
    .exitOverride();
  // `gate --help` and `help gate`; a completion script has the options of all commands.
  const [first, second] = argv;
  const isNeeded = (name: string) => first === 'completion' || name === (first === 'help' ? second : first);
  for (const [name, { description, load }] of Object.entries(available)) {
    const command = program.command(name).description(description);
    if (!isNeeded(name)) continue;
    const definition = await load();
    definition.define(command).action(() => run(definition, command));
  }
  program
    .command('completion')
    .description('Prints a script that completes commands and options in a shell.')
    .addArgument(new Argument('<shell>').choices(shells))
    .action((shell: (typeof shells)[number]) => print(completionScript(shell, program)));
  return program;
}

function version(): string {
  return (JSON.parse(readFileSync(new URL('package.json', packageDirectory), 'utf8')) as { version: string }).version;
}
