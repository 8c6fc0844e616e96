import type { Context, Expected } from '../../table.ts';
import type { Pod } from './pod.ts';

/** The claims that a pod's volumes come from. From 2.20 on also those that live and die with the pod, marked as ephemeral. */
export function claims(pod: Pod, context: Context): readonly Expected[] {
  return volumeSamples(pod, context, () => 1);
}

/** 1 for a claim that the pod may only read; what lives and dies with the pod is never only read. */
export function claimIsReadOnly(pod: Pod, context: Context): readonly Expected[] {
  return volumeSamples(pod, context, (readOnly) => (readOnly ? 1 : 0));
}

function volumeSamples({ metadata, spec }: Pod, context: Context, value: (readOnly: boolean) => number): readonly Expected[] {
  const tellsEphemeral = context.since('2.20');
  return (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim: claim, ephemeral }) => {
    if (claim) {
      const labels = { volume: name, persistentvolumeclaim: claim.claimName, ...(tellsEphemeral && { ephemeral: 'false' }) };
      return [{ labels, value: value(claim.readOnly ?? false) }];
    }
    if (!ephemeral || !tellsEphemeral) return [];
    const labels = { volume: name, persistentvolumeclaim: `${metadata.name}-${name}`, ephemeral: 'true' };
    return [{ labels, value: value(false) }];
  });
}
