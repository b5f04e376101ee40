import { type Address, toHex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, stranger, buyer } = accounts;
const FOR_EVER = 2n ** 64n - 1n;
const reader = (index: number): Address => toHex(0x1000 + index, { size: 20 });
const grant = (assetId: bigint, who: Address, until?: bigint) =>
  until === undefined
    ? market().send(provider, "asset", "setReader", [assetId, who, true])
    : market().send(provider, "asset", "setReaderUntil", [assetId, who, until]);
const readersOf = (assetId: bigint) => market().read<[Address[], bigint[]]>("asset", "readersOf", [assetId]);
const isReader = (assetId: bigint, who: Address) => market().read("asset", "isReader", [assetId, who]);

describe("readersOf", () => {
  it("lists everybody who reads now, the lessee first, each with its time", async () => {
    const { assetId, leaseId } = await market().running();
    const until = BigInt((await market().now()) + 100);
    await grant(assetId, reader(1));
    await grant(assetId, reader(2), until);
    const { assignedAt } = await market().lease(leaseId);
    expect(await readersOf(assetId)).toEqual([
      [buyer.address, reader(1), reader(2)],
      [assignedAt + 1200n, FOR_EVER, until],
    ]);
    await market().warpTo(Number(until));
    expect(await isReader(assetId, reader(2))).toBe(false);
    expect((await readersOf(assetId))[0]).toEqual([buyer.address, reader(1)]);
  });

  it("goes with the asset to its next owner, who can take every grant back", async () => {
    const assetId = await market().mintAsset();
    await grant(assetId, reader(1));
    await market().send(provider, "asset", "transferFrom", [provider.address, stranger.address, assetId]);
    expect((await readersOf(assetId))[0]).toEqual([reader(1)]);
    await market().send(stranger, "asset", "setReader", [assetId, reader(1), false]);
    expect(await readersOf(assetId)).toEqual([[], []]);
  });
});

describe("setReaderUntil", () => {
  it("reverts for a time that is past", async () => {
    const assetId = await market().mintAsset();
    await expectRevert(grant(assetId, reader(1), 5n), "ReaderInThePast", [5n]);
  });

  it("reverts beyond the most readers, and takes the place of one that lapsed", async () => {
    const assetId = await market().mintAsset();
    const limit = Number(await market().read<bigint>("asset", "readerLimit"));
    const until = BigInt((await market().now()) + 1000);
    for (let index = 0; index < limit - 1; index++) await grant(assetId, reader(index));
    await grant(assetId, reader(99), until);
    await expectRevert(grant(assetId, reader(100)), "TooManyReaders", [BigInt(limit)]);
    await grant(assetId, reader(99), until + 1n);
    await market().warpTo(Number(until) + 1);
    await grant(assetId, reader(100));
    const [readers] = await readersOf(assetId);
    expect(readers).toHaveLength(limit);
    expect(readers).not.toContain(reader(99));
  });
});
