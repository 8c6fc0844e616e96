import type { PreviewOrigin } from './options.ts';

export async function readCluster(_origin: Extract<PreviewOrigin, { kind: 'cluster' }>, _signal: AbortSignal): Promise<never> {
  throw new Error('not yet');
}
