import { toHex } from "viem";
import { describe, expect, it } from "vitest";
import { accessListOf, captureAccessList, redeemAccessList } from "./accessList.ts";

const [target, other, third] = [1, 2, 3].map((n) => toHex(n, { size: 20 }));
if (!target || !other || !third) throw new Error("three addresses");
const slots = (count: number) => Array.from({ length: count }, (_, index) => toHex(index, { size: 32 }));

describe("accessListOf", () => {
  it("names another contract always, the called one only from the slot on at which that pays", () => {
    expect(accessListOf(target, [{ address: other, slots: [] }])).toEqual([{ address: other, storageKeys: [] }]);
    expect(accessListOf(target, [{ address: target, slots: slots(24) }])).toEqual([]);
    const [entry] = accessListOf(target, [{ address: target, slots: slots(25) }]);
    expect(entry?.storageKeys).toHaveLength(25);
  });

  it("names a slot once: each mention is paid for", () => {
    const [entry] = accessListOf(target, [{ address: other, slots: [...slots(2), ...slots(2)] }]);
    expect(entry?.storageKeys).toEqual(slots(2));
    expect(redeemAccessList(target, [...slots(24), ...slots(24)])).toEqual([]);
  });

  it("of a small batch of captures is the escrow's accounts, of a large one the leases too", () => {
    const at = { market: target, escrow: other, verifier: third };
    const captures = (count: number) =>
      slots(count).map((accountId, index) => ({ accountId, leaseId: toHex(1000 + index, { size: 32 }) }));
    const addresses = (count: number) => captureAccessList(at, captures(count)).map(({ address }) => address);
    expect(addresses(2)).toEqual([other, third]);
    expect(addresses(100)).toEqual([other, target, third]);
  });
});
