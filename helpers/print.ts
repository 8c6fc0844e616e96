import { printable } from './printable.ts';

/** Prints text, whoever wrote it, on standard output. All that commands print goes through here. */
export function print(text: string): void {
  process.stdout.write(printable(text));
}

/** The same on standard error. */
export function printError(text: string): void {
  process.stderr.write(printable(text));
}

/** Prints what a renderer made of printable text, with the colours that it added. */
export function printRendered(text: string): void {
  process.stdout.write(text);
}
