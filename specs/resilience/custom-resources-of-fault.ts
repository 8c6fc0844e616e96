import type { EndingFault } from '../../fixtures/fixture.ts';
import { customResourceObjects } from '../../fixtures/objects/custom-resource.ts';
import { type CustomResource, parseCustomResourceState } from '../../helpers/catalogue/custom/config.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { accountObjects } from '../../helpers/kube/service-account.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { createDefinitions, untilServed } from '../../helpers/suite/custom-resources.ts';

/** The custom resources of a fault: their definitions and objects, and the account of a copy that may read them. */
export class CustomResourcesOfFault {
  readonly #context: RequirementContext;
  readonly #fault: EndingFault;
  readonly #namespace: string;
  readonly #text: string;
  readonly #resources: readonly CustomResource[];
  #definitions: readonly KubernetesObject[] = [];

  constructor(context: RequirementContext, fault: EndingFault, namespace: string) {
    this.#context = context;
    this.#fault = fault;
    this.#namespace = namespace;
    this.#text = JSON.stringify(fault.customResourceState);
    this.#resources = parseCustomResourceState(this.#text, fault.name);
  }

  /** The arguments of the copy. */
  get arguments(): readonly string[] {
    return [`--custom-resource-state-config=${this.#text}`];
  }

  /** Creates an account that may read ConfigMaps, the custom resources and their definitions. @returns its name */
  async createAccount(onCreate: (object: KubernetesObject) => void): Promise<string> {
    const { run, scratch, target } = this.#context;
    const name = `conformance-${run.id}-${this.#fault.name}`;
    const groups = [...new Set(this.#resources.map(({ group }) => group))];
    const verbs = ['list', 'watch'];
    const rules = [
      { apiGroups: [''], resources: ['configmaps'], verbs },
      { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs },
      { apiGroups: groups, resources: ['*'], verbs },
    ];
    for (const object of accountObjects({ namespace: target.namespace, name, rules })) onCreate(await scratch.create(object));
    return name;
  }

  /** Creates the definitions, and an object of each. @returns the objects */
  async define(): Promise<readonly KubernetesObject[]> {
    const { client, objects } = this.#context;
    this.#definitions = await createDefinitions({ objects }, this.#resources);
    const serving = objects.withMapper(await untilServed(client, this.#resources));
    const created: KubernetesObject[] = [];
    for (const object of customResourceObjects(this.#resources, this.#namespace)) created.push(await serving.create(object));
    return created;
  }

  /** Removes the definitions, and thereby the objects. */
  async remove(): Promise<void> {
    const definitions = this.#definitions;
    this.#definitions = [];
    for (const definition of definitions) await this.#context.scratch.remove(definition);
  }
}
