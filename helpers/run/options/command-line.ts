import { Command, CommanderError, Option } from 'commander';
import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../nearest.ts';
import { type Setting, settings } from './settings.ts';

/** A value together with where it came from, as a message would name it: `--agents` or `CONFORMANCE_AGENTS`. */
export interface Given {
  readonly text: string;
  readonly origin: 'flag' | 'environment' | 'default';
  readonly name: string;
}

/** What was given for each setting, by its flag; a setting that nobody gave and that has no default is not in it. */
export type GivenSettings = ReadonlyMap<string, Given>;

/**
 * Reads flags, then the environment, then the defaults; an empty variable counts as not set.
 * @param argv the arguments alone, without node and script
 * @throws UsageError for a flag or a CONFORMANCE_ variable that does not exist, with the nearest one that does
 */
export function readSettings(argv: readonly string[], environment: Readonly<Record<string, string | undefined>>): GivenSettings {
  refuseUnknownVariables(environment);
  const flags = readFlags(argv);
  const given = new Map<string, Given>();
  for (const setting of settings) {
    const flag = flags.get(setting.flag);
    const variable = setting.environment === undefined ? undefined : environment[setting.environment];
    if (flag !== undefined) given.set(setting.flag, { text: flag, origin: 'flag', name: `--${setting.flag}` });
    else if (variable && setting.environment)
      given.set(setting.flag, { text: variable, origin: 'environment', name: setting.environment });
    else if (setting.standard !== undefined)
      given.set(setting.flag, { text: setting.standard, origin: 'default', name: `--${setting.flag}` });
  }
  return given;
}

/** Whether the user asks for `helpText`, whatever else is on the command line. */
export function wantsHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h');
}

/** The text of `--help`, at most `width` columns wide. */
export function helpText(width: number): string {
  const help = command()
    .configureOutput({ getOutHelpWidth: () => width })
    .helpInformation();
  return `${help}\nExit codes: 0 conformant, 1 nonconformant, 2 bad usage, 3 the cluster failed, 4 the suite failed.\n`;
}

function readFlags(argv: readonly string[]): Map<string, string> {
  const program = command();
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(sentenceOf(error, argv));
    throw error;
  }
  const flags = new Map<string, string>();
  for (const { flag } of settings) {
    const value: unknown = program.getOptionValue(camelCase(flag));
    if (value === true) flags.set(flag, 'true');
    else if (Array.isArray(value)) flags.set(flag, value.join(','));
    else if (typeof value === 'string') flags.set(flag, value);
  }
  return flags;
}

function command(): Command {
  const program = new Command('npm run e2e --')
    .usage('[options]')
    .description('Boots a cluster, installs the exporter, verifies every requirement and writes the report.')
    .helpOption('-h, --help', 'show this')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const setting of settings) program.addOption(optionOf(setting));
  return program;
}

function optionOf(setting: Setting): Option {
  const { flag, value, environment, choices, group, says, standard = setting.otherwise } = setting;
  const values = choices ? choices.join('|') : value;
  const notes = [
    ...(standard === undefined ? [] : [`default: ${standard}`]),
    ...(environment === undefined ? [] : [`env: ${environment}`]),
  ];
  const option = new Option(
    values === undefined ? `--${flag}` : `--${flag} <${values}>`,
    notes.length > 0 ? `${says} (${notes.join(', ')})` : says,
  );
  option.helpGroup(`${group}:`);
  if (flag === 'only') option.argParser((text, all: string[] = []) => [...all, text]);
  return option;
}

function sentenceOf(error: CommanderError, argv: readonly string[]): string {
  const named = /'([^']+)'/.exec(error.message)?.[1] ?? '';
  if (error.code === 'commander.unknownOption') {
    const flag = named.replace(/=.*$/, '');
    const known = settings.map((setting) => setting.flag);
    return `There is no option ${flag}${didYouMean(flag.replace(/^-+/, ''), known, '--')}`;
  }
  if (error.code === 'commander.optionMissingArgument') return `${named.replace(/ <.*$/, '')} needs a value: ${named}.`;
  if (error.code === 'commander.excessArguments')
    return `There is no command or argument "${firstArgument(argv)}": options begin with --.`;
  return `${error.message.replace(/^error: /, '')}.`;
}

function firstArgument(argv: readonly string[]): string {
  const program = command().allowExcessArguments();
  program.parse([...argv], { from: 'user' });
  return program.args[0] ?? '';
}

function refuseUnknownVariables(environment: Readonly<Record<string, string | undefined>>): void {
  const known = settings.flatMap((setting) => setting.environment ?? []);
  for (const name of Object.keys(environment)) {
    if (name.startsWith('CONFORMANCE_') && !known.includes(name)) {
      throw new UsageError(`There is no environment variable ${name}${didYouMean(name, known)}`);
    }
  }
}

function camelCase(flag: string): string {
  return flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
