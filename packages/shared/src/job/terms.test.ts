import { expect, test } from "vitest";
import { packRequirements, requirementsSchema } from "./requirements.ts";
import { jobIdOf, type Terms, termsSchema } from "./terms.ts";

const address = (digit: string) => `0x${digit.repeat(40)}`;
const wire = {
  buyer: address("1"),
  refundTo: address("2"),
  salt: `0x${"3".repeat(64)}`,
  token: address("4"),
  cap: "258300",
  pricePerSecondCap: "420",
  workload: `0x${"5".repeat(64)}`,
  requirements: { gpuClass: `0x${"0".repeat(64)}`, gpuCount: 1, minMemoryBytes: "17179869184", region: "0x4445" },
  scheduler: address("6"),
  notary: address("7"),
  maxLeases: 3,
  feeBps: 250,
  feeRecipient: address("8"),
  leaseEnd: 1,
  captureDeadline: 2,
  claimDeadline: 3,
  reclaimAt: 4,
};
const escrow = "0x9999999999999999999999999999999999999999";

test("every single field of the terms is part of what the payment is bound to", () => {
  const terms = termsSchema.parse(wire);
  const id = jobIdOf(terms, escrow, 31337);
  const changes: Partial<Terms>[] = [
    { buyer: escrow },
    { refundTo: escrow },
    { salt: `0x${"4".repeat(64)}` },
    { token: escrow },
    { cap: 258_301n },
    { pricePerSecondCap: 421n },
    { workload: `0x${"6".repeat(64)}` },
    { requirements: { ...terms.requirements, gpuCount: 2 } },
    { requirements: { ...terms.requirements, minMemoryBytes: 1n } },
    { requirements: { ...terms.requirements, region: "0x4652" } },
    { requirements: { ...terms.requirements, minAttestationLevel: 1 } },
    { requirements: { ...terms.requirements, maxAttestationAge: 1 } },
    { requirements: { ...terms.requirements, minStake: 1n } },
    { requirements: { ...terms.requirements, minReputation: 1n } },
    { requirements: { ...terms.requirements, gpuClass: `0x${"1".repeat(64)}` } },
    { scheduler: escrow },
    { notary: escrow },
    { maxLeases: 4 },
    { feeBps: 251 },
    { feeRecipient: escrow },
    { leaseEnd: 5 },
    { captureDeadline: 5 },
    { claimDeadline: 5 },
    { reclaimAt: 5 },
  ];
  const ids = changes.map((change) => jobIdOf({ ...terms, ...change }, escrow, 31337));
  expect(new Set([id, ...ids]).size).toBe(changes.length + 1);
  expect(jobIdOf(terms, escrow, 1)).not.toBe(id);
  expect(jobIdOf(terms, "0x8888888888888888888888888888888888888888", 31337)).not.toBe(id);
});

test("figures that the contracts cannot hold are refused by name, before anything is hashed", () => {
  const requirements = (minMemoryBytes: bigint) => ({
    ...wire.requirements,
    minMemoryBytes: minMemoryBytes.toString(),
  });
  const fields = (terms: object) => termsSchema.safeParse(terms).error?.issues.map(({ path }) => path.join("."));
  expect(fields({ ...wire, cap: (2n ** 128n).toString() })).toEqual(["cap"]);
  expect(fields({ ...wire, requirements: requirements(2n ** 64n) })).toEqual(["requirements.minMemoryBytes"]);
  const most = termsSchema.parse({
    ...wire,
    cap: (2n ** 128n - 1n).toString(),
    requirements: requirements(2n ** 64n - 1n),
  });
  expect(jobIdOf(most, escrow, 31337)).toMatch(/^0x/);
});

test("requirements reach the chain in the units the contracts check", () => {
  const packed = packRequirements(requirementsSchema.parse({ gpuCount: 1, minVramMiB: 16_384, region: "DE" }));
  expect(packed).toEqual({
    gpuClass: `0x${"0".repeat(64)}`,
    gpuCount: 1,
    minMemoryBytes: 17_179_869_184n,
    region: "0x4445",
    minAttestationLevel: 0,
    maxAttestationAge: 0,
    minStake: 0n,
    minReputation: 0n,
  });
});
