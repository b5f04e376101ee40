import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { REASON } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, stranger, otherProvider, buyer } = accounts;
const setUser = (assetId: bigint, user: string, expires: bigint, by = provider) =>
  market().send(by, "asset", "setUser", [assetId, user, expires]);
const userOf = (assetId: bigint) => market().read("asset", "userOf", [assetId]);
const soon = async () => BigInt((await market().now()) + 1000);

describe("setUser (ERC-4907)", () => {
  it("names a user until a time, and emits UpdateUser", async () => {
    const assetId = await market().mintAsset();
    const expires = await soon();
    const { events } = await setUser(assetId, stranger.address, expires);
    expect(events[0]).toMatchObject({
      eventName: "UpdateUser",
      args: { tokenId: assetId, user: stranger.address, expires },
    });
    expect(await userOf(assetId)).toBe(stranger.address);
    expect(await market().read("asset", "userExpires", [assetId])).toBe(expires);
    await market().warpTo(Number(expires));
    expect(await userOf(assetId)).toBe(market().nobody);
    expect(await market().read("asset", "supportsInterface", ["0xad092b5c"])).toBe(true);
  });

  it("reverts for the owner while leased: nobody takes the lessee's place", async () => {
    const { terms, assetId, leaseId } = await market().running();
    expect(await userOf(assetId)).toBe(buyer.address);
    await expectRevert(setUser(assetId, stranger.address, await soon()), "AssetLeased", [assetId]);
    await market().end(terms, leaseId, REASON.completed);
    expect(await userOf(assetId)).toBe(market().nobody);
    await setUser(assetId, stranger.address, await soon());
  });

  it("reverts for anybody but the owner, and past the attestation", async () => {
    const until = await soon();
    const assetId = await market().mintAsset({ attestedUntil: until });
    await expectRevert(setUser(assetId, stranger.address, until, stranger), "ERC721IncorrectOwner");
    await market().warpTo(Number(until));
    await expectRevert(setUser(assetId, stranger.address, until + 9n), "AttestationExpired");
  });

  it("gives way to a lease, ends with a sale, and is no lease", async () => {
    const assetId = await market().listedAsset();
    await setUser(assetId, stranger.address, 2n ** 63n);
    expect(await market().read("asset", "lesseeOf", [assetId])).toEqual([market().nobody, 0n]);
    expect(await market().read("asset", "isReader", [assetId, stranger.address])).toBe(false);
    const terms = await market().funded();
    const { leaseId } = await market().assign(terms, assetId);
    expect(await userOf(assetId)).toBe(buyer.address);
    await market().end(terms, leaseId, REASON.stoppedByBuyer, buyer);

    await setUser(assetId, stranger.address, 2n ** 63n);
    await market().send(provider, "asset", "transferFrom", [provider.address, otherProvider.address, assetId]);
    expect(await userOf(assetId)).toBe(market().nobody);
  });
});
