import { keccak256, stringToHex, toHex, zeroHash } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { GIB } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const DAY = 86_400;

describe("mint", () => {
  it("makes an asset of the provider and says what it is in ERC-7829's words", async () => {
    const attestedUntil = BigInt((await market().now()) + DAY);
    const manifest = keccak256(stringToHex("manifest"));
    const assetId = await market().mintAsset({ attestedUntil });
    expect(assetId).toBe(1n);
    expect(await market().read("asset", "ownerOf", [assetId])).toBe(accounts.provider.address);
    expect(await market().read("asset", "commitByTokenId", [assetId])).toBe(manifest);
    expect(await market().read("asset", "sizeByTokenId", [assetId])).toBe(141n * GIB);
    expect(await market().read("asset", "expireByTokenId", [assetId])).toBe(attestedUntil);
    expect(await market().read("asset", "capabilityOf", [assetId])).toMatchObject({
      node: accounts.node.address,
      manifest,
    });
  });

  it("reverts for a node of another provider: nobody sells a machine that is not theirs", async () => {
    await expectRevert(market().mintAsset({}, accounts.stranger), "NodeNotOfProvider", [
      accounts.node.address,
      accounts.stranger.address,
    ]);
    await expectRevert(market().mintAsset({ node: accounts.otherNode.address }), "NodeNotOfProvider");
  });

  it("reverts for a revoked node", async () => {
    await market().send(accounts.provider, "registry", "revokeNode", [accounts.node.address]);
    await expectRevert(market().mintAsset(), "NodeNotOfProvider");
  });

  it("reverts without a manifest", async () => {
    await expectRevert(market().mintAsset({ manifest: zeroHash }), "EmptyManifest");
  });

  it("reverts for an attestation of more than 90 days, by one second, and for one that is over", async () => {
    const now = (await market().now()) + 10;
    await market().nextBlockAt(now);
    await expectRevert(market().mintAsset({ attestedUntil: BigInt(now + 90 * DAY + 1) }), "AttestationTooLong");
    await market().nextBlockAt(now);
    await expectRevert(market().mintAsset({ attestedUntil: BigInt(now) }), "AttestationExpired");
    await market().nextBlockAt(now);
    await market().mintAsset({ attestedUntil: BigInt(now + 90 * DAY) });
  });
});

describe("supportsInterface", () => {
  it.each([
    ["ERC-165", "0x01ffc9a7", true],
    ["ERC-721", "0x80ac58cd", true],
    ["ERC-721 metadata", "0x5b5e139f", true],
    ["ERC-7829", "0xf7e5dae0", true],
    ["nothing", "0xffffffff", false],
  ] as const)("%s: %s is %s", async (_, id, supported) => {
    expect(await market().read("asset", "supportsInterface", [id])).toBe(supported);
  });
});

describe("tokenURI", () => {
  it("is JSON in a data URI with name and attributes", async () => {
    const assetId = await market().mintAsset();
    const uri = await market().read<string>("asset", "tokenURI", [assetId]);
    const [prefix, body] = uri.split(",");
    expect(prefix).toBe("data:application/json;base64");
    const metadata = JSON.parse(Buffer.from(body ?? "", "base64").toString("utf8"));
    expect(metadata.name).toBe("Gristmill compute asset #1");
    expect(metadata.attributes).toContainEqual({ trait_type: "GPUs", value: "1" });
  });

  it("reverts for an asset that does not exist", async () => {
    await expectRevert(market().read("asset", "tokenURI", [9n]), "ERC721NonexistentToken");
  });
});

describe("renew", () => {
  const renew = async (assetId: bigint, manifest: string, until: number, by = accounts.provider) =>
    market().send(by, "asset", "renew", [assetId, manifest, BigInt(until)]);
  const other = toHex(3, { size: 32 });

  it("brings an expired asset back", async () => {
    const now = await market().now();
    const assetId = await market().mintAsset({ attestedUntil: BigInt(now + 100) });
    await market().warpTo(now + 200);
    const { events } = await renew(assetId, other, now + DAY);
    expect(events[0]).toMatchObject({ eventName: "AttestationRenewed", args: { assetId, manifest: other } });
    await market().send(accounts.provider, "asset", "approve", [accounts.stranger.address, assetId]);
  });

  it("reverts for anybody but the owner, without a manifest, and beyond 90 days", async () => {
    const now = await market().now();
    const assetId = await market().mintAsset();
    await expectRevert(renew(assetId, other, now + DAY, accounts.stranger), "ERC721IncorrectOwner");
    await expectRevert(renew(assetId, zeroHash, now + DAY), "EmptyManifest");
    await expectRevert(renew(assetId, other, now + 91 * DAY), "AttestationTooLong");
  });

  it("changes nothing under a running lease but a later expiry", async () => {
    const { assetId } = await market().running();
    const { manifest, attestedUntil } = await market().read<{ manifest: string; attestedUntil: bigint }>(
      "asset",
      "capabilityOf",
      [assetId],
    );
    await expectRevert(renew(assetId, other, Number(attestedUntil) + 1), "AssetLeased", [assetId]);
    await expectRevert(renew(assetId, manifest, Number(attestedUntil) - 1), "AssetLeased");
    await renew(assetId, manifest, Number(attestedUntil) + 1);
  });
});
