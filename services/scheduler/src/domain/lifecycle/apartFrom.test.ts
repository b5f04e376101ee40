import { expect, test } from "vitest";
import { apartFrom } from "./apartFrom.ts";
import { after, assigned, ended, leaseIds } from "./lifecycleFixture.ts";

const [first, second] = leaseIds;
const { leases } = after([assigned(first), assigned(second)], ended(second, "never_started"));

test("the next lease of a spread job keeps away from those that still count, not from the one that failed", () => {
  const wanted = { gpuCount: 0, minVramMiB: 0 };
  expect(apartFrom(wanted, leases)).toBeUndefined();
  expect(apartFrom({ ...wanted, apart: "node" }, [])).toBeUndefined();
  const [lease] = leases;
  expect(apartFrom({ ...wanted, apart: "node" }, leases)).toEqual({
    nodes: new Set([lease?.node]),
    providers: new Set(),
  });
  expect(apartFrom({ ...wanted, apart: "provider" }, leases)?.providers).toEqual(new Set([lease?.payee]));
  const failed = leases.map((each) => ({ ...each, reason: "node_lost" as const }));
  expect(apartFrom({ ...wanted, apart: "provider" }, failed)?.providers).toEqual(new Set());
});
