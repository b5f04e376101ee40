import { assetAbi } from "@gristmill/shared/abi/asset";
import { termsForChain } from "@gristmill/shared/job/terms";
import { encodeFunctionData, keccak256, stringToHex, toHex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { ANY, PRICE, REASON, REQUIREMENT } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, stranger } = accounts;
const retire = (assetId: bigint, by = provider) => market().send(by, "asset", "retire", [assetId]);
const burn = (assetId: bigint, by = provider) => market().send(by, "asset", "burn", [assetId]);

describe("retire", () => {
  it("takes no new lease, ends the listing, and lets the running lease go on to its pay", async () => {
    const { terms, assetId, leaseId, startedAt } = await market().running();
    const { events } = await retire(assetId);
    expect(events.map((event) => event.eventName)).toEqual(["AssetRetired", "Unlisted"]);
    await market().list(assetId);
    await market().warpTo(startedAt + 61);
    await market().capture(terms, market().receiptOf(leaseId, { last: true }));
    expect((await market().job(terms)).booked).toBe(PRICE * 60n);
    await expectRevert(market().assign(terms, assetId, 60, { version: 3 }), "AssetIsRetired", [assetId]);
  });

  it("reverts for anybody but the owner, and twice", async () => {
    const assetId = await market().mintAsset();
    await expectRevert(retire(assetId, stranger), "ERC721IncorrectOwner");
    await retire(assetId);
    await expectRevert(retire(assetId), "AssetIsRetired");
  });
});

describe("burn", () => {
  it("removes a retired asset, also past its attestation", async () => {
    const until = (await market().now()) + 100;
    const assetId = await market().mintAsset({ attestedUntil: BigInt(until) });
    await expectRevert(burn(assetId), "AssetNotRetired", [assetId]);
    await retire(assetId);
    await market().warpTo(until);
    await expectRevert(burn(assetId, stranger), "ERC721IncorrectOwner");
    await burn(assetId);
    await expectRevert(market().read("asset", "ownerOf", [assetId]), "ERC721NonexistentToken");
    await expectRevert(market().assign(await market().funded(), assetId), "NotListed");
  });

  it("waits for the lease to end, whose buyer loses nothing", async () => {
    const { terms, assetId, leaseId } = await market().running();
    await retire(assetId);
    await expectRevert(burn(assetId), "AssetLeased", [assetId]);
    await market().end(terms, leaseId, REASON.completed);
    await burn(assetId);
    await market().capture(terms, market().receiptOf(leaseId, { to: 1, last: true }));
  });
});

describe("attestations at the assignment", () => {
  const DAY = 86_400;
  async function attested(level: number, age: number, left: number) {
    await market().replaceCode(market().at.attestations, "SettableAttestation");
    const now = await market().now();
    const { abi } = await market().deployMock("SettableAttestation");
    const args = [level, BigInt(now - age), BigInt(now + left)];
    await market().sendTo(stranger, market().at.attestations, abi, "set", args);
  }
  const ask = (wanted: Partial<typeof ANY>) => market().funded({ requirements: { ...ANY, ...wanted } });

  it("must have the level asked for and outlive the lease", async () => {
    const assetId = await market().listedAsset();
    const terms = await ask({ minAttestationLevel: 1 });
    await expectRevert(market().assign(terms, assetId), "RequirementNotMet", [REQUIREMENT.attestationLevel, 0n, 1n]);
    await attested(1, 100, 1000);
    await expectRevert(market().assign(terms, assetId), "AttestationTooShort");
    await attested(1, 100, 2000);
    await expectRevert(market().assign(await ask({ minAttestationLevel: 2 }), assetId), "RequirementNotMet");
    await market().assign(terms, assetId);
  });

  it("must not be older than asked for, by one second, at every level", async () => {
    const assetId = await market().listedAsset();
    await attested(1, 500, DAY);
    const now = await market().now();
    const terms = await ask({ minAttestationLevel: 1, maxAttestationAge: 600 });
    await market().nextBlockAt(now + 120);
    await expectRevert(market().assign(terms, assetId), "RequirementNotMet");
    const own = await ask({ maxAttestationAge: 600 });
    await market().warpTo((await market().now()) + 700);
    await expectRevert(market().assign(own, assetId), "RequirementNotMet");
    const manifest = keccak256(stringToHex("manifest"));
    await market().send(provider, "asset", "renew", [assetId, manifest, BigInt((await market().now()) + 60 * DAY)]);
    await market().assign(own, assetId);
  });

  it("may lengthen the asset's life, whoever brings it, and never shorten it", async () => {
    const assetId = await market().mintAsset({ attestedUntil: BigInt((await market().now()) + 1000) });
    const renewAttested = () => market().send(stranger, "asset", "renewAttested", [assetId]);
    await expectRevert(renewAttested(), "AttestationNotNewer");
    await attested(1, 0, 500);
    await expectRevert(renewAttested(), "AttestationNotNewer");
    await attested(1, 0, 200 * DAY);
    await renewAttested();
    const until = await market().read<bigint>("asset", "expireByTokenId", [assetId]);
    expect(until).toBeLessThanOrEqual(BigInt((await market().now()) + 90 * DAY));
    expect(await market().read("asset", "standingOf", [assetId])).toMatchObject({
      level: 1,
      leased: false,
      retired: false,
    });
  });
});

describe("an owner that is a contract (a multisig)", () => {
  it("is paid, lists, renews and retires like any other, without a receiver hook", async () => {
    const { address, abi } = await market().deployMock("OwnerWallet", [provider.address]);
    const call = (target: string, data: string) => market().sendTo(provider, address, abi, "run", [target, data]);
    const assetId = await market().mintAsset();
    await market().send(provider, "asset", "transferFrom", [provider.address, address, assetId]);
    const { marketplaceAbi } = await import("@gristmill/shared/abi/marketplace");
    const endsAt = BigInt((await market().now()) + 86_400);
    const args = [assetId, market().at.token, PRICE, 1, 600, endsAt] as const;
    await call(market().at.market, encodeFunctionData({ abi: marketplaceAbi, functionName: "list", args }));
    const terms = await market().funded();
    const { leaseId } = await market().assign(terms, assetId, 60, { version: 1 });
    expect((await market().lease(leaseId)).payee).toBe(address);
    await market().send(accounts.buyer, "market", "cancel", [termsForChain(terms), [leaseId]]);
    const renewal = [assetId, toHex(9, { size: 32 }), endsAt] as const;
    await call(market().at.asset, encodeFunctionData({ abi: assetAbi, functionName: "renew", args: renewal }));
    await call(market().at.asset, encodeFunctionData({ abi: assetAbi, functionName: "retire", args: [assetId] }));
    await expectRevert(retire(assetId), "ERC721IncorrectOwner");
  });

  it("takes an asset by safe transfer, and a contract that cannot hold assets does not", async () => {
    const { address } = await market().deployMock("OwnerWallet", [provider.address]);
    const assetId = await market().mintAsset();
    const send = (to: string) => market().send(provider, "asset", "safeTransferFrom", [provider.address, to, assetId]);
    await expectRevert(send(market().at.escrow), "ERC721InvalidReceiver");
    await send(address);
    expect(await market().read("asset", "ownerOf", [assetId])).toBe(address);
  });
});
