import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { PRICE } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
interface ListingView {
  pricePerSecond: bigint;
  version: number;
  active: boolean;
}
const listing = (assetId: bigint) => market().read<ListingView>("market", "listingOf", [assetId]);

describe("list", () => {
  it("emits Listed and stands until changed", async () => {
    const assetId = await market().mintAsset();
    const { events } = await market().list(assetId);
    expect(events[0]).toMatchObject({
      eventName: "Listed",
      args: { assetId, provider: accounts.provider.address, version: 1 },
    });
    expect(await listing(assetId)).toMatchObject({ pricePerSecond: PRICE, version: 1, active: true });
  });

  it("reverts for anybody but the owner: nobody else prices an owner's GPU", async () => {
    const assetId = await market().mintAsset();
    const args = [assetId, market().at.token, 1n, 1, 2, 10n ** 10n];
    await expectRevert(market().send(accounts.stranger, "market", "list", args), "NotProvider", [
      accounts.stranger.address,
      assetId,
    ]);
  });

  it("reverts for a token that no job can pay in", async () => {
    const assetId = await market().mintAsset();
    await expectRevert(market().list(assetId, { token: accounts.stranger.address }), "TokenNotAllowed");
  });

  it("reverts when the longest lease is shorter than the shortest", async () => {
    const assetId = await market().mintAsset();
    await expectRevert(market().list(assetId, { minSeconds: 11, maxSeconds: 10 }), "SecondsOutOfRange");
    await expectRevert(market().list(assetId, { minSeconds: 0, maxSeconds: 0 }), "SecondsOutOfRange");
  });
});

describe("reprice", () => {
  it("changes the price under a new version", async () => {
    const assetId = await market().listedAsset();
    await market().send(accounts.provider, "market", "reprice", [assetId, 5n]);
    expect(await listing(assetId)).toMatchObject({ pricePerSecond: 5n, version: 2, active: true });
  });

  it("reverts for anybody but the owner and for an asset that is not listed", async () => {
    const assetId = await market().mintAsset();
    await expectRevert(market().send(accounts.provider, "market", "reprice", [assetId, 5n]), "NotListed");
    await market().list(assetId);
    await expectRevert(market().send(accounts.stranger, "market", "reprice", [assetId, 5n]), "NotProvider");
  });
});

describe("unlist", () => {
  it("takes no new lease and leaves the running one alone", async () => {
    const { terms, assetId, leaseId, startedAt } = await market().running();
    await market().send(accounts.provider, "market", "unlist", [assetId]);
    await market().warpTo(startedAt + 61);
    await market().capture(terms, market().receiptOf(leaseId, { last: true }));
    await expectRevert(market().assign(terms, assetId, 10, { version: 2 }), "NotListed", [assetId]);
  });

  it("reverts for anybody but the owner", async () => {
    const assetId = await market().listedAsset();
    await expectRevert(market().send(accounts.stranger, "market", "unlist", [assetId]), "NotProvider");
  });
});

describe("a sale of the asset", () => {
  const sell = (assetId: bigint, from = accounts.provider, to = accounts.otherProvider) =>
    market().send(from, "asset", "transferFrom", [from.address, to.address, assetId]);

  it("ends the listing, also when the seller buys it back: no price stands that its owner did not name", async () => {
    const assetId = await market().listedAsset();
    const { events } = await sell(assetId);
    expect(events.map((event) => event.eventName)).toEqual(["Transfer", "Unlisted"]);
    await sell(assetId, accounts.otherProvider, accounts.provider);
    expect(await listing(assetId)).toMatchObject({ active: false, version: 2 });
    await expectRevert(market().assign(await market().funded(), assetId, 600, { version: 2 }), "NotListed");
  });

  it("leaves the running lease's pay with the seller", async () => {
    const { terms, assetId, leaseId, startedAt } = await market().running();
    await sell(assetId);
    await market().warpTo(startedAt + 61);
    await market().capture(terms, market().receiptOf(leaseId, { last: true }));
    const booked = (payee: string) => market().read<bigint>("escrow", "bookedOf", [market().jobId(terms), payee]);
    expect(await booked(accounts.provider.address)).toBe(60_000n);
    expect(await booked(accounts.otherProvider.address)).toBe(0n);
  });

  it("pays the new owner for later leases", async () => {
    const assetId = await market().listedAsset();
    await sell(assetId);
    const endsAt = BigInt((await market().now()) + 100_000);
    await market().send(accounts.otherProvider, "market", "list", [assetId, market().at.token, PRICE, 1, 600, endsAt]);
    const { leaseId } = await market().assign(await market().funded(), assetId, 60, { version: 3 });
    expect((await market().lease(leaseId)).payee).toBe(accounts.otherProvider.address);
  });

  it("cannot be reported by anybody but the asset contract", async () => {
    const assetId = await market().listedAsset();
    await expectRevert(market().send(accounts.stranger, "market", "assetMoved", [assetId]), "OnlyAsset");
  });
});
