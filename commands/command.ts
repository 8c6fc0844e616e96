import type { Command } from 'commander';
import type { Interruption } from '../helpers/run/interruption.ts';

/** A command of the program: each file in this folder that is named in `program.ts` exports one. */
export interface CommandDefinition {
  /** Adds the command's options and arguments; its name and description are in `program.ts`. */
  readonly define: (command: Command) => Command;
  /**
   * @param command with the parsed options and arguments
   * @param interruption listens to no signal until the command has something to remove
   * @returns the exit code
   */
  readonly run: (command: Command, interruption: Interruption) => Promise<number>;
}
