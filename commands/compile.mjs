import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { argv, execPath, exit, kill, pid } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const directory = join(root, '.compiled');
/** What the compiler knows of its last compilation; its time is the end of that. */
const state = join(directory, 'tsconfig.tsbuildinfo');
/** Has the id of the process that compiles. */
const lock = join(directory, 'lock');
const folders = ['commands', 'fixtures', 'helpers', 'manifests', 'simulator', 'specs'];

/**
 * Compiles the sources unless they are compiled already. Node.js 20 reads no TypeScript, and every process of the project starts from
 * `.compiled/`, in a third of the time that it takes to compile them while they are loaded. `npm run types` is what reports an error of types:
 * here it is none, so that a command can be run while something else is broken. Jest calls it before tests that start processes.
 */
export default function compileIfChanged() {
  if (!isCompiled()) alone(() => isCompiled() || compile('ignore'));
}

/**
 * Checks the types of all sources and compiles them. What is unchanged is not compiled again; what has no source any more is deleted.
 * @param {'ignore' | 'inherit'} output of the compiler
 * @returns {number} the exit code of the compiler; sources with an error of types are compiled as well
 */
function compile(output) {
  const compiler = join(createRequire(import.meta.url).resolve('typescript-native/package.json'), '../bin/tsc');
  const options = { cwd: root, stdio: output };
  const { error, status } = spawnSync(execPath, [compiler, '--project', 'tsconfig.compiled.json'], options);
  if (error) throw error;
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const source = join(root, name.replace(/\.js$/, '.ts'));
    if (name.endsWith('.js') && !existsSync(source)) rmSync(join(directory, name));
  }
  utimesSync(state, new Date(), new Date());
  return status ?? 1;
}

/** Whether every source, or folder of sources, is older than the last compilation. */
function isCompiled() {
  if (!existsSync(state)) return false;
  const { mtimeMs } = statSync(state);
  const inputs = folders.flatMap((folder) => [
    folder,
    ...readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  ]);
  return [...inputs, 'package-lock.json', 'tsconfig.json', 'tsconfig.compiled.json'].every(
    (input) => statSync(join(root, input)).mtimeMs < mtimeMs,
  );
}

/**
 * Works while no other process compiles: one that begins to run would load files that are half written.
 * @param {() => T} work
 * @returns {T}
 * @template T
 */
function alone(work) {
  mkdirSync(directory, { recursive: true });
  while (!locks()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  try {
    return work();
  } finally {
    rmSync(lock);
  }
}

/** Locks, unless another process has locked. */
function locks() {
  try {
    writeFileSync(lock, String(pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isLeft()) rmSync(lock, { force: true });
  return false;
}

/** Whether the process that has locked is gone, and did not unlock. */
function isLeft() {
  try {
    kill(Number(readFileSync(lock, 'utf8')), 0);
    return false;
  } catch (error) {
    if (!['ENOENT', 'EPERM', 'ESRCH'].includes(error.code)) throw error;
    return error.code === 'ESRCH';
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) exit(alone(() => compile('inherit')));
