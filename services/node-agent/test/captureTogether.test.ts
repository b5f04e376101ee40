import { buildArtifacts } from "@gristmill/circuits/scripts/build";
import { assetAbi } from "@gristmill/shared/abi/asset";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { registryAbi } from "@gristmill/shared/abi/registry";
import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { registryDomain, registryTypes } from "@gristmill/shared/chain/registryTypedData";
import type { LeaseId } from "@gristmill/shared/ids/ids";
import type { Terms } from "@gristmill/shared/job/terms";
import { workloadSchema } from "@gristmill/shared/job/workload";
import { nextHead, tickContext, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import { usageWitness } from "@gristmill/shared/receipt/usageWitness";
import { type Abi, decodeFunctionData, type Hex, parseEventLogs, toHex, zeroHash } from "viem";
import { mnemonicToAccount, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { marketChain } from "../src/adapters/chain/marketChain.ts";
import { usageProver } from "../src/adapters/prover/usageProver.ts";
import { createCaptureQueue } from "../src/application/captureQueue.ts";
import type { Capture } from "../src/application/ports.ts";
import { accounts, PRICE, type TestMarket, testMarket } from "./testMarket.ts";

const LEASES = 3;
const SAMPLE = 5n;
const workload = workloadSchema.parse({ image: `a@sha256:${"a".repeat(64)}`, maxSeconds: 600 });
const seed = mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex: 9 });
const node: PrivateKeyAccount = privateKeyToAccount(toHex(seed.getHdKey().privateKey ?? new Uint8Array()));
const prover = usageProver();
const warned: string[] = [];
const report = { step: () => undefined, warn: (what: string, text: string) => void warned.push(`${what}: ${text}`) };
let chain: TestMarket;
let agentChain: ReturnType<typeof marketChain>;
let leases: { terms: Terms; leaseId: LeaseId }[];

/** A receipt of one tick, signed and proven as the agent has it once nothing but the chain is missing. */
async function proven({ terms, leaseId }: (typeof leases)[number], sequence: number, from: number): Promise<Capture> {
  const to = from + 60;
  const { market } = chain.contracts;
  const origin = tickOrigin({ chainId: 31_337, market, leaseId, payee: accounts.provider.address, sequence });
  const head = nextHead(origin, to, SAMPLE);
  const message = { leaseId, sequence, from, to, head };
  const receipt = { ...message, output: zeroHash, last: false };
  const typed = { domain: marketDomain(31_337, market), types: marketTypes };
  const notarySignature = await accounts.scheduler.signTypedData({ ...typed, primaryType: "Tick", message });
  const nodeSignature = await agentChain.signReceipt(receipt);
  const ticks = [{ elapsed: to, sample: SAMPLE }];
  const { proof } = await prover.prove(usageWitness({ origin, context: tickContext(origin, zeroHash), from, ticks }));
  return { terms, receipt, nodeSignature, notarySignature, proof };
}

const billed = () => Promise.all(leases.map(async ({ leaseId }) => (await chain.lease(leaseId)).billedSeconds));

beforeAll(async () => {
  await buildArtifacts({ circuits: ["usage"] });
  chain = await testMarket();
  const { contracts, client, send } = chain;
  agentChain = marketChain(chain.market("http://127.0.0.1:1"), chain.rpcUrl, node);
  const { timestamp } = await client.getBlock();
  const deadline = timestamp + 3600n;
  const signature = await node.signTypedData({
    domain: registryDomain(31_337, contracts.registry),
    types: registryTypes,
    primaryType: "Pairing",
    message: { provider: accounts.provider.address, node: node.address, deadline },
  });
  await send(accounts.provider, contracts.registry, registryAbi as Abi, "addNode", [node.address, deadline, signature]);
  leases = [];
  for (let index = 0; index < LEASES; index++) {
    const attestedUntil = timestamp + 20n * 86_400n;
    const shape = { gpuClass: zeroHash, gpuCount: 0, memoryBytes: 0n, region: "0x0000" as Hex };
    const capability = { node: node.address, manifest: toHex(index + 1, { size: 32 }), ...shape, attestedUntil };
    const minted = await send(accounts.provider, contracts.asset, assetAbi as Abi, "mint", [capability]);
    const [event] = parseEventLogs({ abi: assetAbi, eventName: "AssetMinted", logs: minted.logs });
    const assetId = event?.args.assetId ?? 0n;
    const listing = [assetId, contracts.token, PRICE, 1, 86_400, attestedUntil];
    await send(accounts.provider, contracts.market, marketplaceAbi as Abi, "list", listing);
    const ordered = await chain.order(assetId, workload);
    await agentChain.start(ordered.leaseId);
    leases.push(ordered);
  }
  await client.request({ method: "evm_increaseTime" as never, params: [300] as never });
  await client.request({ method: "evm_mine" as never, params: [] as never });
});
afterAll(() => {
  prover.close();
  chain?.stop();
});

test("receipts that wait together are captured in one transaction, and one that is bad holds up no other lease", async () => {
  const captures = createCaptureQueue({ chain: agentChain, report });
  const first: Capture[] = [];
  for (const lease of leases) first.push(await proven(lease, 0, 0));
  const hashes = await Promise.all(first.map((one) => captures.capture(one)));
  expect(new Set(hashes).size).toBe(1);
  expect(await billed()).toEqual(leases.map(() => 60));
  const { input, accessList } = await chain.client.getTransaction({ hash: hashes[0] as Hex });
  expect(decodeFunctionData({ abi: marketplaceAbi, data: input }).functionName).toBe("captureBatch");
  expect(accessList?.[0]?.storageKeys).toHaveLength(LEASES);

  // Sent again after a crash: found, and billed once.
  expect(await Promise.all(first.map((one) => captures.capture(one)))).toEqual(hashes);
  expect(await billed()).toEqual(leases.map(() => 60));

  const second: Capture[] = [];
  for (const lease of leases) second.push(await proven(lease, 1, 60));
  const [bad, ...good] = second;
  const behind = await proven(leases[0] as (typeof leases)[number], 2, 120);
  if (bad === undefined || good[0] === undefined) throw new Error("three captures");
  const forged = { ...bad, proof: good[0].proof };
  const results = await Promise.allSettled([forged, ...good, behind].map((one) => captures.capture(one)));
  expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled", "rejected"]);
  for (const index of [0, 3]) expect(results[index]).toMatchObject({ reason: { code: "transaction_reverted" } });
  expect(await billed()).toEqual([60, 120, 120]);
  expect(warned.join()).toContain("one by one");

  // What stands in the journal is right, and is captured when it is tried again: both receipts of the lease, in order.
  const again = await Promise.all([bad, behind].map((one) => captures.capture(one)));
  expect(again[0]).toBe(again[1]);
  expect(await billed()).toEqual([180, 120, 120]);
});
