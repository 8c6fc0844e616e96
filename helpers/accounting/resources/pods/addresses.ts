import { isIPv4, isIPv6 } from 'node:net';
import { type Expected, fact } from '../../table.ts';
import type { Pod } from './pod.ts';

const IPV4_IN_IPV6 = /^::ffff:(?:[0-9a-f]{1,4}:[0-9a-f]{1,4}|\d+\.\d+\.\d+\.\d+)$/i;

/** The pod's addresses, each with its family; what is not an address has no sample. */
export function podAddresses({ status }: Pod): readonly Expected[] {
  return (status?.podIPs ?? []).flatMap(({ ip = '' }) => {
    if (isIPv4(ip) || IPV4_IN_IPV6.test(ip)) return fact({ ip, ip_family: '4' });
    return isIPv6(ip) ? fact({ ip, ip_family: '6' }) : [];
  });
}
