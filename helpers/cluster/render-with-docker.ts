import { findDocker, removeFromDocker } from './docker.ts';

/**
 * Renders a kustomization without a kubectl of one's own: that of the node's image will do.
 * @returns YAML
 */
export async function renderWithDocker(directory: string, { image, run }: { image: string; run: string }): Promise<string> {
  // Only here, as few runs need it.
  const { renderInContainer } = await import('./render-in-container.ts');
  const docker = await findDocker();
  try {
    return await renderInContainer(directory, image, run);
  } finally {
    await removeFromDocker(docker, { run });
  }
}
