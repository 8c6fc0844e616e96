// Starts a command of a clone: `node commands/start.mjs e2e`.
import compileIfChanged from './compile.mjs';

compileIfChanged();
await import('../.compiled/commands/main.js');
