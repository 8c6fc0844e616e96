const agents = 'The cluster of the mutants has one node, which has the taint.';
const admissionPolicies = 'The release of Kubernetes under test does not serve the kind.';

const ownTrust = 'The check is the reader’s own: no server can make a reader trust it who has another authority.';
const operator = 'The cluster of the mutants has no prometheus-operator.';

/** The requirements that no mutant is for, and why. */
export const withoutMutant: Readonly<Record<string, string>> = {
  'scheduling/tolerates-control-plane-beside-agents': agents,
  'scheduling/untolerating-pod-runs-on-an-agent': agents,
  'scheduling/finds-the-server-when-agents-are-cordoned': agents,
  'consumers/scraped-by-an-operator': operator,
  'consumers/outside-with-another-authority': ownTrust,
  'exposition/mutatingadmissionpolicy': admissionPolicies,
  'exposition/mutatingadmissionpolicybinding': admissionPolicies,
  'exposition/validatingadmissionpolicy': admissionPolicies,
  'exposition/validatingadmissionpolicybinding': admissionPolicies,
};
