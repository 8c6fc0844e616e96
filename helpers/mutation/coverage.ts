import type { Mutant } from '../suite/mutant/mutant.ts';

const admissionPolicies = 'No release of Kubernetes under test serves the kind by default.';
const ownTrust = 'The check is the reader’s own: no server can make a reader trust it that has another authority.';
const fixtures = 'It verifies the suite’s own objects: no defect of an exporter makes it fail.';
const noSharding = 'No known target promises to share the objects; unit tests have its failures.';
const adapter = 'The cluster of the mutants has no prometheus-adapter.';
const operator = 'The cluster of the mutants has no prometheus-operator.';

const policies = 'No cluster of the mutants enforces a NetworkPolicy.';

/** The requirements without a mutant, and the reason. */
export const withoutMutant: Readonly<Record<string, string>> = {
  'consumers/scraped-by-an-operator': operator,
  'consumers/custom-metrics': adapter,
  'consumers/outside-with-another-authority': ownTrust,
  'exposition/fixtures-settle': fixtures,
  'manifests/shares-the-objects': noSharding,
  'exposition/mutatingadmissionpolicy': admissionPolicies,
  'exposition/mutatingadmissionpolicybinding': admissionPolicies,
  'secured/policy-admits-the-scraper': policies,
};

/**
 * Compares the mutants with the requirements.
 * @param without the requirements without a mutant, and the reason
 * @returns a line for each requirement without a mutant or a reason, and for each reason that is not needed
 */
export function coverageFaults(
  ids: readonly string[],
  mutants: readonly Pick<Mutant, 'fails'>[],
  without: Readonly<Record<string, string>>,
): readonly string[] {
  const covered = new Set(mutants.flatMap(({ fails }) => fails));
  return [
    ...ids
      .filter((id) => !covered.has(id) && without[id] === undefined)
      .map((id) => `${id} has neither a mutant nor a reason to have none.`),
    ...Object.keys(without)
      .filter((id) => covered.has(id) || !ids.includes(id))
      .map((id) => `${id} has a reason to have no mutant, and ${covered.has(id) ? 'has one' : 'is no requirement'}.`),
  ];
}
