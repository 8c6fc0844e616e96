import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** `.ts` in a clone; `.js` in the package, which has the same files compiled in `dist/`, and in `.compiled/`, which the tests run. */
export const sourceExtension: string = extname(new URL(import.meta.url).pathname);

const isCompiled: boolean = sourceExtension === '.js';

/** The directory of `commands/`, `helpers/`, `specs/`. */
export const sourceDirectory: URL = new URL('../', import.meta.url);

/** Whether this is the package, which has no tests, and no commands that only work in a clone. */
export const isPackaged: boolean = sourceDirectory.pathname.endsWith('/dist/');

/** The directory of package.json, `manifests/` and `fixtures/`. */
export const packageDirectory: URL = isCompiled ? new URL('../', sourceDirectory) : sourceDirectory;

/** The environment variable with a directory of these sources compiled, which the tests make once for all processes that they start. */
const COMPILED_SOURCES = 'KUBE_STATE_METRICS_CONFORMANCE_COMPILED';

/**
 * The arguments with which node runs a module of this project in a process of its own.
 * @param path relative to the source directory, without extension: `helpers/cluster/reaper`
 */
export function nodeArguments(path: string): readonly string[] {
  const compiled = process.env[COMPILED_SOURCES];
  if (compiled !== undefined) return [join(compiled, `${path}.js`)];
  const file = fileURLToPath(new URL(`${path}${sourceExtension}`, sourceDirectory));
  if (isCompiled) return [file];
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, file];
}
