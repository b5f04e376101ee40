import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import type { Abi } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { REASON } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const deskAddress = () => market().read<`0x${string}`>("market", "desk");

describe("the market's desk", () => {
  it("sees the same listings, leases and counters as the market: one storage, two contracts", async () => {
    const { terms, assetId, leaseId } = await market().running();
    const lease = await market().lease(leaseId);
    expect(lease).toMatchObject({ payee: accounts.provider.address, node: accounts.node.address, maxSeconds: 600 });
    expect(await market().read("market", "liveLeaseOf", [assetId])).toBe(leaseId);
    expect(await market().read("market", "leaseCountOf", [market().jobId(terms)])).toBe(1n);
    await market().end(terms, leaseId, REASON.completed);
    expect(await market().read("market", "liveLeaseOf", [assetId])).toMatch(/^0x0+$/);
  });

  it("has no rights of its own: called directly it moves no lease and no money", async () => {
    const { assetId, leaseId, terms } = await market().running();
    const desk = await deskAddress();
    const { termsForChain } = await import("@gristmill/shared/job/terms");
    const call = (verb: string, args: unknown[]) =>
      market().sendTo(accounts.buyer, desk, marketplaceAbi as Abi, verb, args);
    await expectRevert(call("extend", [termsForChain(terms), leaseId, 700]), "WrongJob");
    await expectRevert(call("cancel", [termsForChain(await market().funded()), []]), "OnlyMarket");
    await expectRevert(call("assetMoved", [assetId]), "OnlyAsset");
  });

  it("is fixed: nothing in either ABI names another desk, owner or implementation", async () => {
    const setters = (marketplaceAbi as Abi)
      .filter((item) => item.type === "function" && item.stateMutability !== "view" && item.stateMutability !== "pure")
      .map((item) => ("name" in item ? item.name : ""));
    expect(setters.filter((name) => /desk|owner(ship)?$|upgrade|implementation|admin|pause/i.test(name))).toEqual([]);
  });

  it("passes errors on as they are and refuses calls that neither half knows", async () => {
    await expectRevert(market().send(accounts.provider, "market", "unlist", [99n]), "ERC721NonexistentToken");
    const unknown = market().publicClient.call({ to: market().at.market, data: "0xdeadbeef" });
    await expect(unknown).rejects.toThrow();
  });
});
