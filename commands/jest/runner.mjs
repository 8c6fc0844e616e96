// Jest imports a runner untransformed, and Node.js 20 reads no TypeScript.
import compileIfChanged from '../compile.mjs';

compileIfChanged();
const { SpecRunner } = await import('../../.compiled/commands/jest/spec-runner.js');

export default SpecRunner;
