import { keccak256, stringToHex, toHex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { GIB, GPU_CLASS, REASON } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, node, otherProvider } = accounts;

async function capability(overrides: Record<string, unknown> = {}) {
  return {
    node: node.address,
    manifest: keccak256(stringToHex("manifest")),
    gpuClass: GPU_CLASS,
    gpuCount: 1,
    memoryBytes: 10n * GIB,
    region: toHex("DE"),
    attestedUntil: BigInt((await market().now()) + 86_400 * 60),
    ...overrides,
  };
}

/** Assets of one GPU with eight units (first byte), listed: ids by units, in order. */
async function slices(units: bigint[]) {
  const capabilities = await Promise.all(units.map(() => capability()));
  await market().send(provider, "asset", "mintSlices", [capabilities, units]);
  const count = await market().read<bigint>("asset", "assetCount");
  const ids = units.map((_, index) => count - BigInt(units.length - 1 - index));
  for (const id of ids) await market().list(id);
  return ids;
}

describe("a conflict group", () => {
  it("keeps the whole GPU and its slices apart, and lets slices run beside each other (rule 9)", async () => {
    const [whole = 0n, first = 0n, second = 0n] = await slices([0xffn, 0x0fn, 0xf0n]);
    const terms = await market().funded();
    const { leaseId } = await market().assign(terms, first, 60);
    await expectRevert(market().assign(terms, whole, 60), "UnitsBusy", [whole, 0x0fn]);
    const beside = await market().assign(terms, second, 60);
    expect(await market().read("asset", "busyUnitsOf", [node.address])).toBe(0xffn);

    await market().end(terms, leaseId, REASON.stoppedByBuyer, accounts.buyer);
    const other = await market().funded();
    await expectRevert(market().assign(other, whole, 60), "UnitsBusy", [whole, 0xf0n]);
    await market().end(terms, beside.leaseId, REASON.stoppedByBuyer, accounts.buyer);
    await market().assign(other, whole, 60);
    await expectRevert(market().assign(other, first, 60), "UnitsBusy", [first, 0x0fn]);
  });

  it("blocks exactly what overlaps: slices of another layout, of another GPU, of another node", async () => {
    const [half = 0n, middle = 0n, otherGpu = 0n, bothGpus = 0n] = await slices([0x0fn, 0x3cn, 0xff00n, 0xffffn]);
    const terms = await market().funded({ maxLeases: 9 });
    await market().assign(terms, half, 60);
    await expectRevert(market().assign(terms, middle, 60), "UnitsBusy", [middle, 0x0cn]);
    await expectRevert(market().assign(terms, bothGpus, 60), "UnitsBusy", [bothGpus, 0x0fn]);
    await market().assign(terms, otherGpu, 60);
    await market().pair(otherProvider, accounts.otherNode);
    const elsewhere = await capability({ node: accounts.otherNode.address });
    await market().send(otherProvider, "asset", "mintSlices", [[elsewhere], [0xffn]]);
    const id = await market().read<bigint>("asset", "assetCount");
    const endsAt = BigInt((await market().now()) + 86_400);
    await market().send(otherProvider, "market", "list", [id, market().at.token, 1n, 1, 600, endsAt]);
    await market().assign(terms, id, 60);
  });

  it("holds for a slice that was sold: its new owner cannot be sold out from under", async () => {
    const [whole = 0n, slice = 0n] = await slices([0xffn, 0x01n]);
    const terms = await market().funded();
    await market().assign(terms, slice, 60);
    await market().send(provider, "asset", "transferFrom", [provider.address, otherProvider.address, slice]);
    await expectRevert(market().assign(terms, whole, 60), "UnitsBusy");
  });

  it("refuses a gang whose members share hardware", async () => {
    const [whole = 0n, slice = 0n] = await slices([0xffn, 0x01n]);
    const terms = await market().funded();
    const { termsForChain } = await import("@gristmill/shared/job/terms");
    const members = [whole, slice].map((assetId) => ({ assetId, listingVersion: 1, maxSeconds: 60 }));
    const call = market().send(accounts.scheduler, "market", "assignGang", [termsForChain(terms), members]);
    await expectRevert(call, "UnitsBusy");
  });
});

describe("mintBatch and mintSlices", () => {
  it("mint a rack in one transaction, at most a limit", async () => {
    const limit = Number(await market().read<bigint>("asset", "batchLimit"));
    const one = await capability();
    const { events } = await market().send(provider, "asset", "mintBatch", [Array.from({ length: 8 }, () => one)]);
    expect(events.filter((event) => event.eventName === "AssetMinted")).toHaveLength(8);
    const many = Array.from({ length: limit + 1 }, () => one);
    await expectRevert(market().send(provider, "asset", "mintBatch", [many]), "BatchTooLong");
    await expectRevert(market().send(provider, "asset", "mintSlices", [many, many.map(() => 1n)]), "BatchTooLong");
    await expectRevert(market().send(provider, "asset", "mintSlices", [[one], []]), "LengthsDiffer", [1n, 0n]);
  });

  it("revert as a whole when one node is another's", async () => {
    const batch = [await capability(), await capability({ node: accounts.otherNode.address })];
    await expectRevert(market().send(provider, "asset", "mintBatch", [batch]), "NodeNotOfProvider");
    expect(await market().read("asset", "assetCount")).toBe(0n);
  });

  it("revert for a region that is no country: it is shown to people", async () => {
    for (const region of ["0x3c62", "0x6465", "0x4400"])
      await expectRevert(market().mintAsset({ region }), "BadRegion", [region]);
  });
});

describe("listBatch", () => {
  it("lists a rack at one price, and reverts as a whole for one that is another's or one too many", async () => {
    const ids = await slices([1n, 2n, 4n]);
    const endsAt = BigInt((await market().now()) + 86_400);
    const offer = {
      token: market().at.token,
      pricePerSecond: 7n,
      minSeconds: 1,
      maxSeconds: 60,
      endsAt,
      noticeSeconds: 30,
    };
    const send = (assetIds: bigint[], by = provider) => market().send(by, "market", "listBatch", [assetIds, offer]);
    const { events } = await send(ids);
    expect(events.filter((event) => event.eventName === "Listed")).toHaveLength(3);
    expect(await market().read("market", "listingOf", [ids[2] ?? 0n])).toMatchObject({
      pricePerSecond: 7n,
      noticeSeconds: 30,
      version: 2,
      active: true,
    });
    await expectRevert(send(ids, otherProvider), "NotProvider");
    const limit = Number(await market().read<bigint>("market", "batchLimit"));
    await expectRevert(send(Array.from({ length: limit + 1 }, () => ids[0] ?? 0n)), "BatchTooLong");
  });
});
