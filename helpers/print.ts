import { printable } from './printable.ts';

/** Prints text of any origin on standard output. Everything that commands print goes through this file. */
export function print(text: string): void {
  process.stdout.write(printable(text));
}

/** Prints text of any origin on standard error. */
export function printError(text: string): void {
  process.stderr.write(printable(text));
}

/** Prints the output of a renderer, which has made its strings printable and added colours, on standard output. */
export function printRendered(text: string): void {
  process.stdout.write(text);
}
