import { seconds } from '../wait.ts';

/** How long the exporter may take from a change that the API server has accepted to showing it, in milliseconds. */
export const freshnessBound = seconds(5);
