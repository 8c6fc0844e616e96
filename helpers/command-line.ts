import { type Command, CommanderError, InvalidArgumentError } from 'commander';
import { parseArgsStringToArgv } from 'string-argv';
import { UsageError } from './errors.ts';

/** The environment variables of the program's options begin with this. */
const VARIABLE_PREFIX = 'CONFORMANCE_';

/**
 * Parses arguments and environment variables without printing or exiting.
 * @param argv the arguments without node and script
 * @throws UsageError with commander's sentence, for an unknown option, a missing argument or an invalid value
 */
export function parseOrRefuse<C extends Command>(command: C, argv: readonly string[]): C {
  dropEmptyVariables(process.env);
  try {
    return command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .parse([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(sentenceOf(error.message), { cause: error });
    throw error;
  }
}

/** Commander's error message on one line, without its `error: `. */
export function sentenceOf(message: string): string {
  return message
    .trimEnd()
    .replace(/^error: /, '')
    .replace(/\n+/g, ' ');
}

/** An empty variable counts as not set: CI systems set those of absent inputs to nothing. */
export function dropEmptyVariables(environment: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith(VARIABLE_PREFIX) && value === '') delete environment[name];
  }
}

/** The environment variables with the program's prefix that are none of `known`. */
export function unknownVariables(environment: NodeJS.ProcessEnv, known: readonly string[]): readonly string[] {
  return Object.keys(environment).filter((name) => name.startsWith(VARIABLE_PREFIX) && !known.includes(name));
}

/** The words of a command line, split as a shell does at spaces outside of quotes: an argument parser. */
export function shellWords(line: string): readonly string[] {
  return parseArgsStringToArgv(line);
}

/** The argument parser of an option that may be repeated and takes comma-separated values. */
export function commaSeparated(text: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, ...text.split(',').filter((part) => part !== '')];
}

/**
 * The argument parser of a whole number.
 * @param unit what is counted, for the error: `bytes`
 */
export function wholeNumber(
  unit: string,
  { min, max }: { readonly min: number; readonly max: number },
): (text: string) => number {
  return (text) => {
    if (/^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`Expected a whole number of ${unit} ${range}.`);
  };
}
