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

/**
 * Waits until everything that was printed has reached its reader: a pipe takes 64 KiB at once, and what is left is lost when the process
 * exits. A reader that is gone is not waited for.
 */
export async function printed(): Promise<void> {
  const taken = [process.stdout, process.stderr].map(
    (stream) => new Promise<void>((resolve) => stream.write('', () => resolve())),
  );
  await Promise.all(taken);
}
