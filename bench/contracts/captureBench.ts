import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { captureAccessList } from "@gristmill/shared/chain/accessList";
import { termsForChain } from "@gristmill/shared/job/terms";
import { type Abi, type AccessList, encodeFunctionData, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { keccak256, toHex } from "viem/utils";
import { accounts } from "../../contracts/test/support/accounts.ts";
import { createMarket, PRICE } from "../../contracts/test/support/market.ts";
import { type Item, runOf } from "../../contracts/test/support/runs.ts";
import { createProver } from "../../contracts/test/support/usageProof.ts";
import { type Cost, calldataGas } from "./escrowBench.ts";

type Run = Awaited<ReturnType<typeof runOf>>;

/**
 * Captures that many leases of as many jobs and buyers in one call, each with a real proof and its last receipt still to come.
 * Batches are sent twice from the same state: bare, and with their access list as senders send them.
 */
export async function benchCaptures(
  sizes: readonly number[],
): Promise<{ costs: Cost[]; apart: Cost; single: number; naive: number }> {
  const market = await createMarket({ verifier: "real" });
  const addresses = { market: market.at.market, escrow: market.at.escrow, verifier: market.at.verifier };
  const prover = createProver();
  try {
    const largest = Math.max(...sizes);
    const total = sizes.reduce((sum, size) => sum + size, 0) + largest + 1;
    const running = [];
    for (let index = 0; index < total; index++) {
      const buyer = privateKeyToAccount(keccak256(toHex(`buyer ${index}`))).address;
      running.push(await market.running({ seconds: 3600, terms: { cap: 5_000_000n, buyer } }));
    }
    await market.warpTo((running.at(-1)?.startedAt ?? 0) + 100);
    const captures = [];
    for (const { leaseId, terms } of running) {
      const place = {
        market: market.at.market,
        leaseId,
        payee: accounts.provider.address,
        sequence: 0,
        output: zeroHash,
      };
      const { proof, inputs } = await prover.prove({ ...place, from: 0, ticks: [60] });
      captures.push({ terms, receipt: market.receiptOf(leaseId, { head: inputs.head }), proof, inputs });
    }
    const send = async (
      functionName: string,
      args: readonly unknown[],
      by = accounts.stranger,
      accessList: AccessList = [],
    ) => {
      const { gasUsed } = await market.send(by, "market", functionName, args, { gas: 16_777_216n, accessList });
      return { gasUsed: Number(gasUsed), data: encodeFunctionData({ abi: marketplaceAbi as Abi, functionName, args }) };
    };
    const sendBatch = async (items: readonly Item[], runs: readonly Run[], by = accounts.stranger) => {
      const snapshot = await market.testClient.snapshot();
      const bare = await send("captureBatch", [runs], by);
      await market.testClient.revert({ id: snapshot });
      const accountIds = runs.flatMap(({ usages }) => usages.map(({ accountId }) => accountId));
      const captured = items.map(({ receipt }, index) => ({
        leaseId: receipt.leaseId,
        accountId: accountIds[index] ?? zeroHash,
      }));
      return { bare, listed: await send("captureBatch", [runs], by, captureAccessList(addresses, captured)) };
    };
    const costOf = (jobs: number, { bare, listed }: Awaited<ReturnType<typeof sendBatch>>): Cost => ({
      jobs,
      gas: listed.gasUsed / jobs,
      bare: bare.gasUsed / jobs,
      calldata: calldataGas(listed.data) / jobs,
      base: 21_000 / jobs,
    });
    const [first] = captures.splice(0, 1);
    if (!first) throw new Error("no capture");
    const signatures = [await market.signReceipt(first.receipt), await market.signTick(first.receipt)];
    const single = await send("capture", [termsForChain(first.terms), first.receipt, ...signatures, first.proof]);
    const costs: Cost[] = [];
    for (const size of sizes) {
      const items: Item[] = captures.splice(0, size);
      // The node sends its own batch, as it does: then its signature need not be in it.
      const runs = [await runOf(market, items, { node: "none" })];
      costs.push(costOf(size, await sendBatch(items, runs, accounts.node)));
    }
    // The dearest case: a stranger sends, and no two leases share a signature.
    const alone: Item[] = captures.splice(0, largest);
    const apart = await Promise.all(alone.map((item) => runOf(market, [item])));
    const apartCost = costOf(largest, await sendBatch(alone, apart));

    const { address, abi } = await market.deployMock("NaiveEscrow", [market.at.groth16Verifier]);
    const { buyer, provider, stranger } = accounts;
    for (const holder of [buyer, provider])
      await market.send(stranger, "token", "mint", [holder.address, PRICE * 100n]);
    await market.send(buyer, "token", "approve", [address, PRICE * 100n]);
    await market.sendTo(buyer, address, abi, "fund", [buyer.address, provider.address, market.at.token, PRICE * 80n]);
    const { a, b, c } = first.proof;
    const { context, origin, head, from, to } = first.inputs;
    const proven = [0n, PRICE * 60n, a, b, c, [context, origin, head, from, to]];
    const naive = await market.sendTo(stranger, address, abi, "settleProven", proven);
    return { costs, apart: apartCost, single: single.gasUsed, naive: Number(naive.gasUsed) };
  } finally {
    prover.close();
  }
}
