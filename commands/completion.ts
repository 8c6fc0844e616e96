import type { Command, Option } from 'commander';

/** The names of option values that the shell completes with files, in lower case. */
const pathNames = ['path', 'dir', 'directory', 'file', 'page', 'glob'];

/** The shells for which there is a completion script. */
export const shells = ['bash', 'zsh', 'fish'] as const;

/**
 * The completion script of a shell: commands, options, choices, and files where an option or argument is a path.
 * @param program with all commands and their options, as commander has them
 */
export function completionScript(shell: (typeof shells)[number], program: Command): string {
  const commands = program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: command.createHelp().visibleOptions(command).map(describe),
    takesFiles: command.registeredArguments.some((argument) => pathNames.includes(argument.name())),
    choices: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
  }));
  return { bash, zsh, fish }[shell](program.name(), commands);
}

interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly takesFiles: boolean;
  /** The values of its arguments. */
  readonly choices: readonly string[];
}

interface CompletedOption {
  /** `--cluster` */
  readonly long: string;
  readonly description: string;
  /** `KIND`; undefined for a switch. */
  readonly value: string | undefined;
  readonly choices: readonly string[];
  readonly isPath: boolean;
}

function describe({ long, description, flags, argChoices = [] }: Option): CompletedOption {
  const value = /<(.+)>/.exec(flags)?.[1];
  return {
    long: long ?? flags,
    // A shell shows descriptions in a column: their first part is enough.
    description: description.replace(/ \(default: .*| \(choices: .*/, ''),
    value,
    choices: argChoices,
    isPath: pathNames.includes(value?.toLowerCase() ?? ''),
  };
}

/** Without candidates, `-o default` completes files. */
function bash(program: string, commands: readonly CompletedCommand[]): string {
  const name = functionName(program);
  const values = commands.flatMap((command) =>
    command.options
      .filter(({ value }) => value !== undefined)
      .map(({ long, choices }) => `    '${command.name} ${long}') candidates='${choices.join(' ')}' ;;`),
  );
  const patterns = commands.map(({ name: command, options, choices, takesFiles }) => {
    const words = [...options.map(({ long }) => long), ...choices].join(' ');
    const pattern = takesFiles ? `'${command} '-*` : `'${command} '*`;
    return `        ${pattern}) candidates='${words}' ;;`;
  });
  return `${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} candidates=
  if [ "$current" = '=' ]; then
    current=
  elif [ "$previous" = '=' ]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    candidates='${commands.map((command) => command.name).join(' ')} --help --version'
  else
    case "\${COMP_WORDS[1]} $previous" in
${values.join('\n')}
    *)
      case "\${COMP_WORDS[1]} $current" in
${patterns.join('\n')}
      esac
      ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$candidates" -- "$current"))
}
complete -o default -F ${name} ${program}
`;
}

function zsh(program: string, commands: readonly CompletedCommand[]): string {
  const name = functionName(program);
  const summaries = commands.map((command) => `    ${quoted(`${command.name}:${command.description}`)}`);
  const cases = commands.map((command) => {
    const options = command.options.map((option) => quoted(`${option.long}${zshValue(option)}`));
    const positional = [
      ...(command.takesFiles ? [quoted('*:file:_files')] : []),
      ...(command.choices.length > 0 ? [quoted(`1:choice:(${command.choices.join(' ')})`)] : []),
    ];
    return `    ${command.name}) _arguments ${[...options, ...positional].map((spec) => `\\\n      ${spec}`).join(' ')} ;;`;
  });
  return `#compdef ${program}
${name}() {
  local -a commands=(
${summaries.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${cases.join('\n')}
  esac
}
compdef ${name} ${program}
`;
}

/** The description and the value of an option as `_arguments` takes them: `=[where]:KIND:(k3s simulated)`. */
function zshValue({ description, value, choices, isPath }: CompletedOption): string {
  const escaped = (text: string) => text.replace(/[[\]:\\]/g, '\\$&');
  if (value === undefined) return `[${escaped(description)}]`;
  const values = isPath ? '_files' : choices.length > 0 ? `(${choices.join(' ')})` : ' ';
  return `=[${escaped(description)}]:${escaped(value)}:${values}`;
}

function fish(program: string, commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => {
    const inCommand = `complete -c ${program} -n '__fish_seen_subcommand_from ${command.name}'`;
    return [
      `complete -c ${program} -n __fish_use_subcommand -a ${command.name} -d ${fishQuoted(command.description)}`,
      ...(command.takesFiles ? [`${inCommand} -F`] : []),
      ...(command.choices.length > 0 ? [`${inCommand} -a ${fishQuoted(command.choices.join(' '))}`] : []),
      ...command.options.map(({ long, description, value, choices, isPath }) => {
        const kind = value === undefined ? '' : isPath ? ' -r -F' : ` -x -a ${fishQuoted(choices.join(' '))}`;
        return `${inCommand} -l ${long.slice(2)}${kind} -d ${fishQuoted(description)}`;
      }),
    ];
  });
  return `complete -c ${program} -f\n${lines.join('\n')}\n`;
}

function functionName(program: string): string {
  return `_${program.replaceAll('-', '_')}`;
}

/** In single quotes, as bash and zsh read it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
