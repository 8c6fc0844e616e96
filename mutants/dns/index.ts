export { nameHasAStaleAddress } from './name-has-a-stale-address.ts';
export { nameHasAStalePort } from './name-has-a-stale-port.ts';
export { podsAskAnotherResolver } from './pods-ask-another-resolver.ts';
export { serviceHasAClusterIp } from './service-has-a-cluster-ip.ts';
export { unreadyPodsArePublished } from './unready-pods-are-published.ts';
export { wrongNameIsKnown } from './wrong-name-is-known.ts';
