import type { Mismatch } from "../placement.ts";

type Words = Omit<Mismatch, "field">;

export function count(value: number | bigint): string {
  return value.toLocaleString("en-US");
}

export function seconds(value: number): string {
  return `${count(value)} s`;
}

/** Contract times may lie past what Date can show. */
export function date(unixSeconds: number): string {
  return unixSeconds > 253_402_300_799 ? "the end of time" : new Date(unixSeconds * 1000).toISOString();
}

/** An amount below what was wanted, and by how much. */
export function tooFew(got: number | bigint, wanted: number | bigint, unit: string): Words {
  const missing = BigInt(wanted) - BigInt(got);
  const reason = `has ${count(got)} ${unit}, ${count(wanted)} wanted: ${count(missing)} too few`;
  return { reason, got: String(got), wanted: String(wanted) };
}

/** Something that nobody knows about the asset. */
export function unknown(reason: string, wanted: number | bigint | string): Words {
  return { reason, got: "unknown", wanted: String(wanted) };
}

/** Something that ends too early. */
export function endsEarly(what: string, got: number, wanted: number): Words {
  const reason = `${what} ends at ${date(got)}, the lease may run until ${date(wanted)}: ${seconds(wanted - got)} too early`;
  return { reason, got: String(got), wanted: String(wanted) };
}
