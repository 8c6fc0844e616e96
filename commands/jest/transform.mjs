import swc from '@swc/jest';

/**
 * Jest runs a module in a context of its own, where each use of a global is a call out of the engine and takes 100 ns: Math.imul, for each byte of an
 * exposition, then takes longer than everything else. So the globals that no test replaces are constants of each module.
 */
const globals = ['Array', 'Buffer', 'Error', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Promise', 'RegExp', 'Set', 'String'];

/** Without a line break, so that every line keeps its number. */
const declaration = `const { ${globals.join(', ')} } = globalThis; `;

/** Coverage counts only what the source has. */
const prepared = (source, { instrument }) => (instrument ? source : declaration + source);

export default {
  createTransformer(options) {
    const { process, getCacheKey, ...others } = swc.createTransformer(options);
    return {
      ...others,
      process: (source, path, settings) => process(prepared(source, settings), path, settings),
      processAsync: async (source, path, settings) => process(prepared(source, settings), path, settings),
      getCacheKey: (source, path, settings) => getCacheKey(prepared(source, settings), path, settings),
    };
  },
};
