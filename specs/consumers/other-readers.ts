import type { ProxiedRequest } from '../../helpers/suite/mutant/interference.ts';
import { dropped, everyLine, withBody } from '../../helpers/suite/mutant/lines.ts';

/** Whether somebody other than the suite itself asks, which the proxy lets pass without a token. */
export const bringsAToken = ({ headers }: ProxiedRequest): boolean => headers.authorization !== undefined;

export const isScrapeOfTheService = ({ path }: ProxiedRequest): boolean => /\/services\/[^/]+\/proxy\/metrics$/.test(path);

/** The answer without a family that no requirement of consumers is about, and without its headers. */
export const withoutLeaseOwners = withBody(everyLine((line) => line.includes('kube_lease_owner'), dropped));
