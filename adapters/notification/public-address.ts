import { BlockList, isIP } from 'node:net';

/** IANA special-purpose registries: everything that is not the public internet. */
const SPECIAL: readonly [network: string, bits: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Global unicast is 2000::/3; inside it, networks that carry other addresses or lead nowhere. */
const SPECIAL_IN_GLOBAL_6: readonly [network: string, bits: number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const blocked = new BlockList();
const global6 = new BlockList();
for (const [network, bits] of SPECIAL) blocked.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of SPECIAL_IN_GLOBAL_6) blocked.addSubnet(network, bits, 'ipv6');
global6.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address lies in the public internet: neither private, loopback, link-local nor otherwise special. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blocked.check(address, 'ipv4');
    case 6:
      return global6.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
    default:
      return false;
  }
}
