const admissionPolicies = 'No release of Kubernetes under test serves the kind without being told to.';

const ownTrust = 'The check is the reader’s own: no server can make a reader trust it who has another authority.';
const fixtures = 'It verifies the suite’s own objects: no defect of an exporter makes it fail.';
const operator = 'The cluster of the mutants has no prometheus-operator.';

/** The requirements that no mutant is for, and why. */
export const withoutMutant: Readonly<Record<string, string>> = {
  'consumers/scraped-by-an-operator': operator,
  'consumers/outside-with-another-authority': ownTrust,
  'exposition/fixtures-settle': fixtures,
  'exposition/mutatingadmissionpolicy': admissionPolicies,
  'exposition/mutatingadmissionpolicybinding': admissionPolicies,
};
