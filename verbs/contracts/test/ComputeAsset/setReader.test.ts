import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { ANY, REASON } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, stranger, buyer, otherProvider } = accounts;
const setReader = (assetId: bigint, reader: string, valid: boolean, by = provider) =>
  market().send(by, "asset", "setReader", [assetId, reader, valid]);
const isReader = (assetId: bigint, reader: string) => market().read<boolean>("asset", "isReader", [assetId, reader]);
const transfer = (assetId: bigint) =>
  market().send(provider, "asset", "transferFrom", [provider.address, otherProvider.address, assetId]);

/** An asset whose attestation is over. */
async function expired() {
  const until = (await market().now()) + 1000;
  const assetId = await market().mintAsset({ attestedUntil: BigInt(until) });
  await setReader(assetId, stranger.address, true);
  await market().warpTo(until);
  return assetId;
}

describe("setReader", () => {
  it("grants and revokes, and emits UpdateReader", async () => {
    const assetId = await market().mintAsset();
    const { events } = await setReader(assetId, stranger.address, true);
    expect(events[0]).toMatchObject({
      eventName: "UpdateReader",
      args: { tokenId: assetId, reader: stranger.address, valid: true },
    });
    expect(await isReader(assetId, stranger.address)).toBe(true);
    await setReader(assetId, stranger.address, false);
    expect(await isReader(assetId, stranger.address)).toBe(false);
  });

  it("reverts for anybody but the owner", async () => {
    const assetId = await market().mintAsset();
    await expectRevert(setReader(assetId, stranger.address, true, stranger), "ERC721IncorrectOwner");
  });

  it("cannot take the lessee's access away while leased, and not make it outlast the lease", async () => {
    const { terms, assetId, leaseId } = await market().running();
    await expectRevert(setReader(assetId, buyer.address, false), "AssetLeased", [assetId]);
    await expectRevert(setReader(assetId, buyer.address, true), "AssetLeased", [assetId]);
    expect(await isReader(assetId, buyer.address)).toBe(true);
    expect(await market().read("asset", "lesseeOf", [assetId])).toMatchObject([buyer.address, expect.any(BigInt)]);
    await market().end(terms, leaseId, REASON.completed);
    expect(await isReader(assetId, buyer.address)).toBe(false);
  });

  it("lapses for the lessee with the lease's time, with nobody's transaction", async () => {
    const { assetId, startedAt } = await market().running();
    await market().warpTo(startedAt + 2000);
    expect(await isReader(assetId, buyer.address)).toBe(false);
    expect(await market().read("asset", "lesseeOf", [assetId])).toEqual([market().nobody, 0n]);
  });

  it("keeps access that the owner had granted before the lease", async () => {
    const terms = await market().funded();
    const assetId = await market().listedAsset();
    await setReader(assetId, buyer.address, true);
    const { leaseId } = await market().assign(terms, assetId);
    await market().end(terms, leaseId, REASON.neverStarted, accounts.scheduler);
    expect(await isReader(assetId, buyer.address)).toBe(true);
  });
});

describe("occupy, prolong and vacate", () => {
  it("revert for everybody but the market: an owner cannot put itself in the lessee's place", async () => {
    const { assetId } = await market().running();
    const calls = {
      occupy: [assetId, ANY, provider.address, 2n ** 39n],
      prolong: [assetId, 2n ** 39n],
      vacate: [assetId],
    };
    for (const [verb, args] of Object.entries(calls))
      await expectRevert(market().send(provider, "asset", verb, args), "OnlyMarket", [provider.address]);
  });
});

describe("a transfer", () => {
  it("keeps readers and the lessee: a sold GPU keeps its tenant", async () => {
    const { assetId } = await market().running();
    await setReader(assetId, stranger.address, true);
    await transfer(assetId);
    expect(await isReader(assetId, stranger.address)).toBe(true);
    expect(await isReader(assetId, buyer.address)).toBe(true);
  });
});

describe("past the attestation's expiry", () => {
  it("transfer, approval and granting revert", async () => {
    const assetId = await expired();
    await expectRevert(transfer(assetId), "AttestationExpired");
    await expectRevert(market().send(provider, "asset", "approve", [stranger.address, assetId]), "AttestationExpired");
    await expectRevert(setReader(assetId, buyer.address, true), "AttestationExpired");
  });

  it("revoking goes on: access can always be withdrawn", async () => {
    const assetId = await expired();
    await setReader(assetId, stranger.address, false);
    expect(await isReader(assetId, stranger.address)).toBe(false);
  });
});
