import Sequencer from '@jest/test-sequencer';

/**
 * Whole commands and runs first, in whatever order jest has for them: on a fresh clone it knows no durations and goes by the size of the files, so that
 * one that takes minutes would begin when everything else has ended.
 */
export default class IntegrationFirst extends Sequencer {
  sort(tests) {
    const isIntegration = ({ context }) => context.config.displayName?.name === 'integration';
    return [...super.sort(tests.filter(isIntegration)), ...super.sort(tests.filter((test) => !isIntegration(test)))];
  }
}
