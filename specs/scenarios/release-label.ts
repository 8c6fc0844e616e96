/** The label of pods by which the rule on releases joins. */
export const RELEASE = 'release';
