// Jest imports a runner untransformed, and Node.js 20 reads no TypeScript: this registers the loader first.
import { register } from 'tsx/esm/api';

register();
const { SpecRunner } = await import('./spec-runner.ts');

export default SpecRunner;
