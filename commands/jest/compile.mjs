import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Compiles the project before the integration tests, which start some hundred processes of it: each would compile for itself, and takes twice as
 * long to start. Types are checked by `npm run types`; here an error is none, so that a test can be run while something else is broken.
 */
export default function compile() {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { error } = spawnSync(process.execPath, [compiler, '--project', 'tsconfig.compiled.json'], {
    cwd: root,
    stdio: 'ignore',
  });
  if (error) throw error;
  // The name is that of helpers/source.ts.
  process.env.KUBE_STATE_METRICS_CONFORMANCE_COMPILED = `${root}.compiled`;
}
