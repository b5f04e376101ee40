import { BlockList, isIP } from "node:net";

const refused = new BlockList();
// IANA's special-purpose registry: what is not the public internet.
for (const range of [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
]) {
  const [address = "", bits] = range.split("/");
  refused.addSubnet(address, Number(bits), "ipv4");
}
/** Inside the global range: Teredo and other protocol assignments, documentation, 6to4 (which carries any IPv4 address). */
for (const [address, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  refused.addSubnet(address, bits, "ipv6");
}
const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");

/**
 * Whether an address belongs to the public internet. Of IPv6 only the global range does: mapped, translated, link-local and
 * unique-local addresses lead elsewhere.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !refused.check(address, "ipv4");
  if (isIP(address) !== 6 || address.includes("%")) return false;
  return global.check(address, "ipv6") && !refused.check(address, "ipv6");
}
