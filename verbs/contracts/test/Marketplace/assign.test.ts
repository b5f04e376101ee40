import { accountIdOf } from "@gristmill/shared/chain/accountId";
import { encodeAbiParameters, keccak256, toHex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { ANY, GIB, GPU_CLASS, PRICE, REQUIREMENT, STATE, withFee } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const START_WINDOW = 600;

describe("assign", () => {
  it("reserves price times seconds plus the fee, and makes the buyer the asset's reader", async () => {
    const terms = await market().funded();
    const assetId = await market().listedAsset();
    const { leaseId, events } = await market().assign(terms, assetId, 600);
    expect(events.map((event) => event.eventName)).toEqual([
      "UpdateReader",
      "UpdateUser",
      "JobReserved",
      "LeaseAssigned",
    ]);
    const reserved = withFee(PRICE * 600n);
    expect(await market().job(terms)).toMatchObject({ reserved });
    const lease = await market().lease(leaseId);
    expect(lease).toMatchObject({
      payee: accounts.provider.address,
      node: accounts.node.address,
      reserved,
      state: STATE.assigned,
    });
    expect(lease.endsAt).toBe(lease.assignedAt + BigInt(START_WINDOW + 600));
    expect(await market().read("asset", "isReader", [assetId, terms.buyer])).toBe(true);
    expect(await market().read("market", "liveLeaseOf", [assetId])).toBe(leaseId);
  });

  it("names leases by all that a capture must know: account, keys, index, fee, price and payee", async () => {
    const terms = await market().funded();
    const { leaseId } = await market().assign(terms, await market().listedAsset());
    const types = [{ type: "bytes32" }, { type: "address" }, { type: "address" }, { type: "uint256" }] as const;
    const payee = accounts.provider.address;
    const accountId = accountIdOf(market().jobId(terms), payee, terms.buyer);
    const deal = (BigInt(terms.feeBps) << 16n) | (PRICE << 32n) | (BigInt(payee) << 80n);
    const preimage = encodeAbiParameters(types, [accountId, accounts.node.address, terms.notary, deal]);
    expect(leaseId).toBe(keccak256(preimage));
  });

  it("lets the buyer hire with no scheduler at all", async () => {
    await market().assign(await market().funded(), await market().listedAsset(), 60, { by: accounts.buyer });
  });

  it("reverts for anybody else: nobody spends another's budget", async () => {
    const call = market().assign(await market().funded(), await market().listedAsset(), 60, { by: accounts.provider });
    await expectRevert(call, "NotScheduler", [accounts.provider.address]);
  });

  it("reverts for a job that was not funded: no GPU works for an empty escrow", async () => {
    await expectRevert(market().assign(await market().terms(), await market().listedAsset()), "JobUnknown");
  });

  it("reverts when the listing was repriced in front of it", async () => {
    const terms = await market().funded();
    const assetId = await market().listedAsset();
    await market().send(accounts.provider, "market", "reprice", [assetId, PRICE - 1n]);
    await expectRevert(market().assign(terms, assetId), "ListingChanged", [1, 2]);
  });

  it("reverts above the buyer's price cap, by one unit", async () => {
    const terms = await market().funded({ pricePerSecondCap: PRICE - 1n });
    await expectRevert(market().assign(terms, await market().listedAsset()), "PriceAboveCap", [PRICE, PRICE - 1n]);
  });

  it("reverts beyond the job's cap, by one unit, and fits exactly at it", async () => {
    const needed = withFee(PRICE * 600n);
    const assetId = await market().listedAsset();
    const short = await market().funded({ cap: needed - 1n });
    await expectRevert(market().assign(short, assetId), "InsufficientFree", [needed, needed - 1n]);
    await market().assign(await market().funded({ cap: needed }), assetId);
  });

  it("reverts when shards together reserve more than the escrow holds", async () => {
    const terms = await market().funded({ cap: withFee(PRICE * 600n) + 1n });
    await market().assign(terms, await market().listedAsset());
    await expectRevert(market().assign(terms, await market().listedAsset(), 1), "InsufficientFree");
  });

  it.each([
    ["gpuClass", { gpuClass: toHex(1, { size: 32 }) }, BigInt(GPU_CLASS), 1n],
    ["gpuCount", { gpuCount: 2 }, 1n, 2n],
    ["memoryBytes", { minMemoryBytes: 141n * GIB + 1n }, 141n * GIB, 141n * GIB + 1n],
    ["region", { region: toHex("FR") }, BigInt(toHex("DE")), BigInt(toHex("FR"))],
    ["attestationLevel", { minAttestationLevel: 1 }, 0n, 1n],
    ["stake", { minStake: 1n }, 0n, 1n],
    ["reputation", { minReputation: 1n }, 0n, 1n],
  ] as const)("reverts when the asset does not meet %s, and says so", async (field, requirement, got, wanted) => {
    const terms = await market().funded({ requirements: { ...ANY, ...requirement } });
    const call = market().assign(terms, await market().listedAsset());
    await expectRevert(call, "RequirementNotMet", [REQUIREMENT[field], got, wanted]);
  });

  it("takes an asset that meets every requirement exactly", async () => {
    const requirements = { ...ANY, gpuClass: GPU_CLASS, gpuCount: 1, minMemoryBytes: 141n * GIB, region: toHex("DE") };
    await market().assign(await market().funded({ requirements }), await market().listedAsset());
  });

  it("reverts for an asset priced in another token", async () => {
    const other = await market().deployMock("TestDollar");
    const terms = await market().funded();
    const call = market().assign({ ...terms, token: other.address }, await market().listedAsset());
    await expectRevert(call, "RequirementNotMet", [
      REQUIREMENT.token,
      BigInt(market().at.token),
      BigInt(other.address),
    ]);
  });

  it("reverts for an asset that is leased: one GPU serves one buyer at a time", async () => {
    const { assetId, leaseId } = await market().running();
    await expectRevert(market().assign(await market().funded(), assetId), "AssetBusy", [assetId, leaseId]);
  });

  it("reverts outside the listing's seconds", async () => {
    const terms = await market().funded({ pricePerSecondCap: PRICE });
    const assetId = await market().mintAsset();
    await market().list(assetId, { minSeconds: 60, maxSeconds: 120 });
    for (const seconds of [0, 59, 121])
      await expectRevert(market().assign(terms, assetId, seconds), "SecondsOutOfRange");
    await market().assign(terms, assetId, 120);
  });

  it("reverts when the lease would run past the job's end, by one second", async () => {
    const terms = await market().funded();
    const assetId = await market().listedAsset();
    await market().nextBlockAt(terms.leaseEnd - START_WINDOW - 600 + 1);
    await expectRevert(market().assign(terms, assetId), "PastLeaseEnd", [
      BigInt(terms.leaseEnd + 1),
      BigInt(terms.leaseEnd),
    ]);
  });

  it("reverts when the lease would outlive the listing", async () => {
    const terms = await market().funded();
    const assetId = await market().mintAsset();
    await market().list(assetId, { endsAt: (await market().now()) + START_WINDOW + 100 });
    await expectRevert(market().assign(terms, assetId), "PastLeaseEnd");
  });

  it("reverts when the attestation ends before the lease", async () => {
    const terms = await market().funded();
    const assetId = await market().listedAsset({ attestedUntil: BigInt((await market().now()) + 1000) });
    await expectRevert(market().assign(terms, assetId), "AttestationTooShort");
  });

  it("reverts for an asset whose node was revoked: a stolen key earns nothing", async () => {
    const terms = await market().funded();
    const assetId = await market().listedAsset();
    await market().send(accounts.provider, "registry", "revokeNode", [accounts.node.address]);
    await expectRevert(market().assign(terms, assetId), "NodeNotActive", [accounts.node.address]);
  });

  it("reverts beyond the number of leases the buyer allowed", async () => {
    const terms = await market().funded({ maxLeases: 1 });
    await market().assign(terms, await market().listedAsset(), 1);
    await expectRevert(market().assign(terms, await market().listedAsset(), 1), "TooManyLeases", [1n]);
  });

  it("reverts for a closed job", async () => {
    const terms = await market().funded();
    await market().accept(terms, 0n);
    await market().settle(terms);
    await expectRevert(market().assign(terms, await market().listedAsset()), "JobIsClosed");
  });
});

describe("start", () => {
  it("begins billing at this block, for maxSeconds", async () => {
    const { leaseId } = await market().assign(await market().funded(), await market().listedAsset(), 600);
    const { events } = await market().start(leaseId);
    const lease = await market().lease(leaseId);
    expect(events[0]).toMatchObject({ eventName: "LeaseStarted", args: { leaseId, startedAt: lease.startedAt } });
    expect(lease).toMatchObject({ state: STATE.started, endsAt: lease.startedAt + 600n });
  });

  it("reverts for anybody but the lease's node, twice, and for no lease", async () => {
    const { leaseId } = await market().assign(await market().funded(), await market().listedAsset());
    await expectRevert(market().start(leaseId, accounts.provider), "NotNode", [
      accounts.provider.address,
      accounts.node.address,
    ]);
    await market().start(leaseId);
    await expectRevert(market().start(leaseId), "WrongState", [STATE.started, STATE.assigned]);
    await expectRevert(market().start(toHex(1, { size: 32 })), "WrongState", [STATE.none, STATE.assigned]);
  });

  it("reverts once the start window closed, by one second", async () => {
    const { leaseId } = await market().assign(await market().funded(), await market().listedAsset());
    const { assignedAt } = await market().lease(leaseId);
    await market().nextBlockAt(Number(assignedAt) + START_WINDOW + 1);
    await expectRevert(market().start(leaseId), "StartWindowClosed");
  });

  it("reverts for a node that was revoked after the assignment", async () => {
    const { leaseId } = await market().assign(await market().funded(), await market().listedAsset());
    await market().send(accounts.provider, "registry", "revokeNode", [accounts.node.address]);
    await expectRevert(market().start(leaseId), "NodeNotActive");
  });
});
