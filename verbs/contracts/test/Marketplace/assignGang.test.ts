import { accountIdOf } from "@gristmill/shared/chain/accountId";
import { termsForChain } from "@gristmill/shared/job/terms";
import type { Hex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { PRICE, STATE, withFee } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
type Terms = Awaited<ReturnType<ReturnType<typeof market>["funded"]>>;
const member = (assetId: bigint, maxSeconds = 60, listingVersion = 1) => ({ assetId, listingVersion, maxSeconds });
const assignGang = (terms: Terms, members: unknown[], by: TestAccount = accounts.scheduler) =>
  market().send(by, "market", "assignGang", [termsForChain(terms), members]);
const assets = async (count: number) => {
  const ids: bigint[] = [];
  for (let i = 0; i < count; i++) ids.push(await market().listedAsset());
  return ids;
};

describe("assignGang", () => {
  it("assigns every member in one transaction and reserves for all of them", async () => {
    const terms = await market().funded({ maxLeases: 3 });
    const ids = await assets(3);
    const { events } = await assignGang(
      terms,
      ids.map((id) => member(id)),
    );
    const leases = events
      .filter((event) => event.eventName === "LeaseAssigned")
      .map((event) => event.args.leaseId as Hex);
    expect(leases).toHaveLength(3);
    for (const [index, leaseId] of leases.entries()) {
      expect(await market().lease(leaseId)).toMatchObject({ state: STATE.assigned });
      const accountId = accountIdOf(market().jobId(terms), accounts.provider.address, terms.buyer);
      const facts = [
        accountId,
        accounts.provider.address,
        accounts.node.address,
        terms.notary,
        index,
        terms.feeBps,
        PRICE,
      ];
      expect(await market().read("market", "leaseIdOf", facts)).toBe(leaseId);
    }
    expect((await market().job(terms)).reserved).toBe(3n * withFee(PRICE * 60n));
    expect(await market().read("market", "openLeasesOf", [market().jobId(terms)])).toBe(3n);
  });

  it("assigns nobody when one member cannot be: no GPU waits for a gang that never comes", async () => {
    const [busy = 0n, ...rest] = await assets(3);
    const holder = await market().funded();
    await market().assign(holder, busy);
    const terms = await market().funded();
    const before = await market().job(terms);
    await expectRevert(
      assignGang(
        terms,
        [...rest, busy].map((id) => member(id)),
      ),
      "AssetBusy",
    );
    expect(await market().job(terms)).toEqual(before);
    for (const id of rest) expect(await market().read("market", "liveLeaseOf", [id])).toMatch(/^0x0+$/);
  });

  it("reverts for the same asset twice, beyond the leases allowed, and beyond the budget", async () => {
    const ids = await assets(2);
    const terms = await market().funded({ maxLeases: 1 });
    await expectRevert(assignGang(terms, [member(ids[0] ?? 0n), member(ids[0] ?? 0n)]), "AssetBusy");
    await expectRevert(
      assignGang(
        terms,
        ids.map((id) => member(id)),
      ),
      "TooManyLeases",
      [1n],
    );
    const poor = await market().funded({ cap: withFee(PRICE * 60n) * 2n - 1n });
    await expectRevert(
      assignGang(
        poor,
        ids.map((id) => member(id)),
      ),
      "InsufficientFree",
    );
  });

  it("reverts for an empty gang and for one member too many: its cost is bounded", async () => {
    const terms = await market().funded();
    const limit = await market().read<bigint>("market", "gangLimit");
    await expectRevert(assignGang(terms, []), "GangSizeOutOfRange", [0n, limit]);
    const tooMany = Array.from({ length: Number(limit) + 1 }, () => member(1n));
    await expectRevert(assignGang(terms, tooMany), "GangSizeOutOfRange", [limit + 1n, limit]);
  });

  it("reverts for anybody but the job's scheduler and buyer", async () => {
    const ids = await assets(1);
    const terms = await market().funded();
    await expectRevert(assignGang(terms, [member(ids[0] ?? 0n)], accounts.stranger), "NotScheduler");
  });

  it("works with no scheduler anywhere: the buyer hires the gang itself", async () => {
    const ids = await assets(2);
    const terms = await market().funded({ scheduler: market().nobody });
    await assignGang(
      terms,
      ids.map((id) => member(id)),
      accounts.buyer,
    );
    await expectRevert(assignGang(terms, [member(1n)], accounts.scheduler), "NotScheduler");
  });
});
