import type { KubernetesObject } from '../../kube/object.ts';

/** What was not written because it is not the run's own. */
export class LeftOut {
  readonly #pods: string[] = [];
  readonly #nodes: string[] = [];
  #events = 0;

  /** @param hasLogs whether its logs were written all the same */
  pod({ metadata }: KubernetesObject, hasLogs: boolean): void {
    const fields = 'variables, arguments, volumes, labels, annotations, messages';
    this.#pods.push(`${metadata.namespace}/${metadata.name}: ${fields}${hasLogs ? '' : ', logs'}`);
  }

  node({ metadata }: KubernetesObject): void {
    this.#nodes.push(metadata.name);
  }

  events(count: number): void {
    this.#events = count;
  }

  /** The README of the diagnostics. */
  text(run: string): string {
    const fields = [
      ...this.#pods.sort().map((name) => `  the pod ${name}\n`),
      ...this.#nodes.sort().map((name) => `  the node ${name}: addresses, images, most labels, annotations, messages\n`),
      ...(this.#events > 0 ? [`  ${this.#events} events of objects that the run did not create\n`] : []),
    ];
    return [
      `Diagnostics of run ${run}. Secrets, tokens and passwords are redacted: "(redacted)" stands where they were.\n`,
      'What the run created, and what controllers made of it, is written with all its fields. Of nodes, and of pods in kube-system\n',
      "and in the exporter's namespace that the run did not create, there is only what explains scheduling and readiness.\n",
      ...(fields.length > 0 ? ['Left out:\n'] : []),
      ...fields,
    ].join('');
  }
}
