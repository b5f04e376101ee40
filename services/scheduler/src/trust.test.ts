import { attestationsAbi } from "@gristmill/shared/abi/attestations";
import { registryAbi } from "@gristmill/shared/abi/registry";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { quoteSchema } from "@gristmill/shared/api/quote";
import type { Sha256 } from "@gristmill/shared/ids/ids";
import { zeroAddress } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { account } from "../test/testChain.ts";
import { testMarket } from "../test/testMarket.ts";
import { bringToMarket, TestNode } from "../test/testNode.ts";

let market: Awaited<ReturnType<typeof testMarket>>;
const provider = account(2);
const nodeKey = account(5);
const buyer = account(6);
const STAKE = 1_000n;
const seen = { timeout: 20_000 };

beforeAll(async () => {
  market = await testMarket();
}, 120_000);
afterAll(() => market?.stop());

const ask = (requirements: object) =>
  market.call("/v1/quotes", {
    buyer: buyer.address,
    workload: { image: `registry.example/job@sha256:${"ab".repeat(32)}`, maxSeconds: 60 },
    requirements,
  });

test("a job that asks for stake waits for a provider who has it, is placed there, and the chain holds the terms to it", async () => {
  const node = new TestNode(market.chain, nodeKey, provider, "mill-one");
  await node.connect(market.url());
  const beats = setInterval(() => node.beat(), 200);
  try {
    await bringToMarket(market.chain, provider, nodeKey, "mill-one", 100n);
    await expect.poll(() => market.assets(), seen).toMatchObject([{ availability: "free" }]);
    const refused = await ask({ minStake: STAKE.toString() });
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      code: "no_asset_fits",
      errors: [{ field: "requirements.minStake", message: expect.stringContaining("1,000 too few") }],
    });
    const attested = await ask({ minAttestationLevel: 1 });
    expect(await attested.json()).toMatchObject({ errors: [{ field: "requirements.minAttestationLevel" }] });

    await stake();
    await expect.poll(async () => (await ask({ minStake: STAKE.toString() })).status, seen).toBe(200);
    const quote = quoteSchema.parse(await (await ask({ minStake: STAKE.toString() })).json());
    expect(quote.terms.requirements.minStake).toBe(STAKE);
    const { terms, workload, requirements } = quote;
    const order = { terms, workload, requirements };
    expect((await market.call("/v1/jobs", order)).status).toBe(402);
    await market.payVault(buyer, quote);
    expect((await market.call("/v1/jobs", order)).status).toBe(201);
    await market.own(buyer, quote.jobId);
    const placed = await market.jobWhen(quote.jobId, (job) => job.leases.length === 1);
    expect(placed.leases[0]).toMatchObject({ payee: provider.address, assetId: "1" });
    expect(placed.terms.requirements.minStake).toBe(STAKE);
  } finally {
    clearInterval(beats);
    node.disconnect();
  }
});

test("what a node says of its disk and its data decides where jobs go", async () => {
  const node = new TestNode(market.chain, nodeKey, provider, "mill-one");
  const held = "c".repeat(64);
  await node.connect(market.url());
  node.send({ type: "inventory", diskFreeMiB: 77, holds: [held as Sha256], models: ["5"] } as Parameters<
    TestNode["send"]
  >[0]);
  await expect
    .poll(() => market.assets(), seen)
    .toMatchObject([{ live: { diskFreeMiB: 77, holds: [held], models: ["5"] } }]);
  node.disconnect();
});

test("a measurement that an owner pays for is not lost for want of a caller: the scheduler keeps its seed", async () => {
  const address = market.chain.deployment.contracts.attestations ?? zeroAddress;
  await approve(address, 10_000_000n);
  const request = { address, abi: attestationsAbi, functionName: "request", args: [1n] } as const;
  await mined(await market.chain.walletOf(provider).writeContract(request));
  await market.chain.testClient.mine({ blocks: 3 });
  const seed = async () => {
    const its = { address, abi: attestationsAbi, functionName: "requestOf", args: [1n] } as const;
    return BigInt((await market.chain.publicClient.readContract(its)).seed);
  };
  await expect.poll(seed, { timeout: 90_000 }).not.toBe(0n);
}, 120_000);

const mined = (hash: `0x${string}`) => market.chain.publicClient.waitForTransactionReceipt({ hash });

/** Test dollars of the provider that `spender` may take. */
async function approve(spender: `0x${string}`, amount: bigint): Promise<void> {
  const wallet = market.chain.walletOf(provider);
  const dollar = { address: market.chain.deployment.contracts.token, abi: testDollarAbi } as const;
  await mined(await wallet.writeContract({ ...dollar, functionName: "mint", args: [provider.address, amount] }));
  await mined(await wallet.writeContract({ ...dollar, functionName: "approve", args: [spender, amount] }));
}

async function stake(): Promise<void> {
  const { registry } = market.chain.deployment.contracts;
  await approve(registry, STAKE);
  const request = { address: registry, abi: registryAbi, functionName: "stake", args: [STAKE] } as const;
  await mined(await market.chain.walletOf(provider).writeContract(request));
}
