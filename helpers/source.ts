import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `.js` in the package, which has the files compiled in `dist/`, and in a clone, whose commands run from `.compiled/`; `.ts` under jest. */
export const sourceExtension: string = extname(new URL(import.meta.url).pathname);

const isCompiled: boolean = sourceExtension === '.js';

/** The directory of `commands/`, `helpers/`, `specs/`. */
export const sourceDirectory: URL = new URL('../', import.meta.url);

/** Whether this is the package, which has no tests, and no commands that only work in a clone. */
export const isPackaged: boolean = sourceDirectory.pathname.endsWith('/dist/');

/** The directory of package.json, `manifests/` and `fixtures/`. */
export const packageDirectory: URL = isCompiled ? new URL('../', sourceDirectory) : sourceDirectory;

/** Where node finds these sources compiled: `.compiled/`, in a clone. */
const compiledDirectory: URL = isCompiled ? sourceDirectory : new URL('.compiled/', packageDirectory);

/**
 * The arguments with which node runs a module of this project in a process of its own.
 * @param path relative to the source directory, without extension: `helpers/cluster/reaper`
 */
export function nodeArguments(path: string): readonly string[] {
  return [fileURLToPath(new URL(`${path}.js`, compiledDirectory))];
}
