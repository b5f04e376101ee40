import type { Hex } from "viem";
import { beforeEach, describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { CHAIN_ID } from "../support/market.ts";
import { approve, extraAccount, MINIMUM_STAKE, mine, sendAs, stakeIn, USD } from "../support/staking.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, stranger, node } = accounts;
const attesters = Array.from({ length: 6 }, (_, index) => extraAccount(80 + index) as unknown as TestAccount);

const MEASURES = {
  fp32Gflops: 60_000n,
  fp16Gflops: 900_000n,
  int8Gops: 1_800_000n,
  vramBytes: 141_000_000_000n,
  memoryGBps: 4_800,
  cpuCores: 16,
  networkMbps: 10_000,
};
type Measures = typeof MEASURES;

const types = {
  Result: [
    { name: "requestId", type: "uint256" },
    { name: "assetId", type: "uint256" },
    { name: "seed", type: "bytes32" },
    { name: "measures", type: "Measures" },
  ],
  Measures: [
    { name: "fp32Gflops", type: "uint64" },
    { name: "fp16Gflops", type: "uint64" },
    { name: "int8Gops", type: "uint64" },
    { name: "vramBytes", type: "uint64" },
    { name: "memoryGBps", type: "uint32" },
    { name: "cpuCores", type: "uint32" },
    { name: "networkMbps", type: "uint32" },
  ],
} as const;

let assetId: bigint;
let requestId: bigint;
let seed: Hex;
let panel: TestAccount[];

async function request(id = assetId): Promise<bigint> {
  await approve(market(), provider, market().at.attestations, 3n * USD);
  const { events } = await market().send(provider, "attestations", "request", [id]);
  return events.find((event) => event.eventName === "AttestationRequested")?.args.requestId as bigint;
}

async function fixSeed(id = requestId) {
  await mine(market(), 3);
  const { events } = await market().send(stranger, "attestations", "fixSeed", [id]);
  const fixed = events.find((event) => event.eventName === "SeedFixed")?.args;
  seed = fixed?.seed as Hex;
  const drawn = fixed?.panel as string[];
  panel = attesters
    .filter((one) => drawn.includes(one.address))
    .sort((one, other) => (BigInt(one.address) < BigInt(other.address) ? -1 : 1));
  return drawn;
}

async function signed(
  attester: TestAccount,
  overrides: Partial<Measures> = {},
  as: { requestId?: bigint; assetId?: bigint; seed?: Hex; by?: TestAccount; chainId?: number } = {},
) {
  const measures = { ...MEASURES, ...overrides };
  const signature = await (as.by ?? attester).signTypedData({
    domain: {
      name: "Gristmill Attestations",
      version: "1",
      chainId: as.chainId ?? CHAIN_ID,
      verifyingContract: market().at.attestations,
    },
    types,
    primaryType: "Result",
    message: { requestId: as.requestId ?? requestId, assetId: as.assetId ?? assetId, seed: as.seed ?? seed, measures },
  });
  return { attester: attester.address, measures, signature };
}

const at = (index: number): TestAccount => panel[index] ?? stranger;
const submit = (results: unknown[], id = requestId) => market().send(stranger, "attestations", "submit", [id, results]);
const quorum = () => Promise.all(panel.slice(0, 3).map((one) => signed(one)));
const levelOf = () => market().read<readonly [number, bigint, bigint]>("attestations", "levelOf", [assetId]);
const stakeOf = async (account: TestAccount) =>
  (await market().read<{ active: bigint }>("attestations", "stakeDetailsOf", [account.address])).active;

beforeEach(async () => {
  for (const attester of attesters) await stakeIn(market(), "attestations", attester);
  assetId = await market().mintAsset();
  requestId = await request();
  await fixSeed();
});

describe("submit", () => {
  it("makes the median the asset's score and pays the attesters", async () => {
    const results = [
      await signed(at(0), { fp32Gflops: 59_000n }),
      await signed(at(1), { fp32Gflops: 60_000n }),
      await signed(at(2), { fp32Gflops: 61_500n, networkMbps: 11_500 }),
    ];
    const { events } = await submit(results);
    expect(events.find((event) => event.eventName === "ScoreSet")?.args).toMatchObject({ assetId, measures: MEASURES });
    const now = BigInt(await market().now());
    expect(await levelOf()).toEqual([1, now, now + 30n * 86_400n]);
    expect(await market().read("attestations", "creditOf", [at(0).address])).toBe(USD);
  });

  it("reverts below the quorum, and for one attester twice", async () => {
    const results = await quorum();
    await expectRevert(submit(results.slice(0, 2)), "QuorumMissing", [2n, 3n]);
    await expectRevert(submit([results[0], results[0], results[1]]), "OutOfOrder");
  });

  it("reverts out of tolerance: attesters that disagree make no score", async () => {
    const others = [await signed(at(0)), await signed(at(1))];
    const submitted = async (overrides: Partial<Measures>) => submit([...others, await signed(at(2), overrides)]);
    await expectRevert(submitted({ fp32Gflops: 63_001n }), "OutOfTolerance", [at(2).address, 0n, 63_001n, 60_000n]);
    await expectRevert(submitted({ cpuCores: 17 }), "OutOfTolerance");
    await expectRevert(submitted({ networkMbps: 12_001 }), "OutOfTolerance");
    await submitted({ fp32Gflops: 63_000n, networkMbps: 12_000 });
  });

  it("reverts when forged: another's signature, another chain, changed numbers", async () => {
    const good = await quorum();
    const third = at(2);
    const replaced = async (result: unknown) => submit([good[0], good[1], result]);
    await expectRevert(replaced(await signed(third, {}, { by: at(1) })), "BadResultSignature", [third.address]);
    await expectRevert(replaced(await signed(third, {}, { chainId: 1 })), "BadResultSignature");
    await expectRevert(
      replaced({ ...(await signed(third)), measures: { ...MEASURES, fp16Gflops: 900_001n } }),
      "BadResultSignature",
    );
  });

  it("reverts when replayed: to another request, asset or seed, and a second time", async () => {
    const good = await quorum();
    for (const as of [
      { requestId: requestId + 1n },
      { assetId: assetId + 1n },
      { seed: `0x${"11".repeat(32)}` as Hex },
    ])
      await expectRevert(submit([good[0], good[1], await signed(at(2), {}, as)]), "BadResultSignature");
    await submit(good);
    await expectRevert(submit(good), "RequestDone");
    const next = await request();
    requestId = next;
    await fixSeed(next);
    // Of the new panel, but signed for the old request.
    const old = await Promise.all(panel.slice(0, 3).map((one) => signed(one, {}, { requestId: next - 1n })));
    await expectRevert(submit(old, next), "BadResultSignature");
  });

  it("reverts when stale", async () => {
    const good = await quorum();
    await market().warpTo((await market().now()) + 1801);
    await expectRevert(submit(good), "RequestExpired");
  });

  it("reverts for an attester that was not drawn: an owner cannot bring its friends", async () => {
    const outsider = attesters.find((one) => !panel.includes(one)) ?? stranger;
    const results = [await signed(at(0)), await signed(at(1)), await signed(outsider)].sort((one, other) =>
      BigInt(one.attester) < BigInt(other.attester) ? -1 : 1,
    );
    await expectRevert(submit(results), "NotDrawn", [outsider.address]);
  });

  it("reverts when an attester has bought the asset since", async () => {
    const good = await quorum();
    await market().send(provider, "asset", "transferFrom", [provider.address, at(0).address, assetId]);
    await expectRevert(submit(good), "NotDrawn", [at(0).address]);
  });
});

describe("the panel", () => {
  it("never holds the owner, the node's provider or an account of theirs: nobody attests itself", async () => {
    await stakeIn(market(), "attestations", provider, 50n * MINIMUM_STAKE);
    await stakeIn(market(), "attestations", node, 50n * MINIMUM_STAKE);
    await stakeIn(market(), "attestations", stranger, 50n * MINIMUM_STAKE);
    await market().send(stranger, "registry", "offerOwner", [provider.address]);
    await market().send(provider, "registry", "acceptOwned", [stranger.address]);
    for (let round = 0; round < 3; round++) {
      await market().warpTo((await market().now()) + 1801);
      await market().send(stranger, "attestations", "close", [requestId]);
      requestId = await request();
      const drawn = await fixSeed();
      for (const own of [provider, node, stranger]) expect(drawn).not.toContain(own.address);
    }
  });

  it("never holds a banned attester; its stake leaves by the ordinary way", async () => {
    for (const attester of attesters)
      await sendAs(market(), market().at.timelock, "parameters", "banAttester", [attester.address]);
    await market().warpTo((await market().now()) + 1801);
    await market().send(stranger, "attestations", "close", [requestId]);
    requestId = await request();
    expect(await fixSeed()).toEqual([]);
    const [one] = attesters;
    await market().send(one ?? stranger, "attestations", "unbond", [MINIMUM_STAKE]);
    await market().warpTo((await market().now()) + 7200);
    await market().send(stranger, "attestations", "withdrawStake", [(one ?? stranger).address]);
  });
});

describe("request", () => {
  it("is the owner's, one at a time: nobody draws panels until it likes one", async () => {
    await expectRevert(market().send(stranger, "attestations", "request", [assetId]), "NotAssetOwner");
    await expectRevert(request(), "RequestOpen", [requestId]);
    await expectRevert(market().send(stranger, "attestations", "close", [requestId]), "TooEarly");
    await market().warpTo((await market().now()) + 1801);
    const { events } = await market().send(stranger, "attestations", "close", [requestId]);
    // Drawn and unanswered: the fee is gone, or an owner could draw for nothing.
    expect(events.find((event) => event.eventName === "RequestClosed")?.args.refunded).toBe(0n);
    const next = await request();
    await expectRevert(market().send(stranger, "attestations", "submit", [next, []]), "SeedNotFixed");
    await expectRevert(market().send(stranger, "attestations", "fixSeed", [next]), "SeedTooEarly");
  });
});

describe("levelOf", () => {
  it("falls to the owner's own word when the score expires or the manifest changes", async () => {
    await submit(await quorum());
    expect((await levelOf())[0]).toBe(1);
    const until = BigInt((await market().now()) + 80 * 86_400);
    await market().send(provider, "asset", "renew", [assetId, `0x${"ab".repeat(32)}`, until]);
    expect(await levelOf()).toEqual([0, 0n, 0n]);
  });

  it("falls at expiry", async () => {
    await submit(await quorum());
    await market().warpTo((await market().now()) + 30 * 86_400);
    expect(await levelOf()).toEqual([0, 0n, 0n]);
  });
});

describe("reportOutlier", () => {
  it("takes the stake of an attester that signed what the others did not measure, half for the reporter", async () => {
    const lie = await signed(at(3), { fp32Gflops: 120_000n });
    await submit(await quorum());
    await market().send(stranger, "attestations", "reportOutlier", [requestId, lie]);
    expect(await stakeOf(at(3))).toBe(0n);
    expect(await market().read("attestations", "creditOf", [stranger.address])).toBe(MINIMUM_STAKE / 2n);
    await expectRevert(market().send(stranger, "attestations", "reportOutlier", [requestId, lie]), "AlreadyPunished");
  });

  it("reverts for a result within tolerance, for a forged one, and without a score", async () => {
    const honest = await signed(at(3), { fp32Gflops: 60_500n });
    const report = (result: unknown) => market().send(stranger, "attestations", "reportOutlier", [requestId, result]);
    await expectRevert(report(honest), "RequestUnknown");
    await submit(await quorum());
    await expectRevert(report(honest), "WithinTolerance");
    await expectRevert(report(await signed(at(3), { cpuCores: 1 }, { by: stranger })), "BadResultSignature");
  });
});

describe("reportEquivocation", () => {
  it("takes the stake of an attester that signed two results and voids its score", async () => {
    await submit(await quorum());
    const pair = [await signed(at(0)), await signed(at(0), { vramBytes: 1n })];
    const { events } = await market().send(stranger, "attestations", "reportEquivocation", [requestId, ...pair]);
    expect(events.map((event) => event.eventName)).toContain("ScoreVoided");
    expect((await levelOf())[0]).toBe(0);
    expect(await stakeOf(at(0))).toBe(0n);
  });

  it("reverts for one result shown twice", async () => {
    const one = await signed(at(0));
    await expectRevert(
      market().send(stranger, "attestations", "reportEquivocation", [requestId, one, one]),
      "SameResult",
    );
  });
});
