import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { termsForChain } from "@gristmill/shared/job/terms";
import { type Abi, encodeFunctionData, zeroHash } from "viem";
import { accounts } from "../../contracts/test/support/accounts.ts";
import { createMarket, PRICE } from "../../contracts/test/support/market.ts";
import { createProver } from "../../contracts/test/support/usageProof.ts";
import { type Cost, calldataGas } from "./escrowBench.ts";

/** Captures that many leases of as many jobs in one call, each with a real proof and its last receipt still to come. */
export async function benchCaptures(
  sizes: readonly number[],
): Promise<{ costs: Cost[]; single: number; naive: number }> {
  const market = await createMarket({ verifier: "real" });
  const prover = createProver();
  try {
    const total = sizes.reduce((sum, size) => sum + size, 0) + 1;
    const runs = [];
    for (let index = 0; index < total; index++)
      runs.push(await market.running({ seconds: 3600, terms: { cap: 5_000_000n } }));
    await market.warpTo((runs.at(-1)?.startedAt ?? 0) + 100);
    const captures = [];
    for (const { leaseId, terms } of runs) {
      const place = {
        market: market.at.market,
        leaseId,
        payee: accounts.provider.address,
        sequence: 0,
        output: zeroHash,
      };
      const { proof, inputs } = await prover.prove({ ...place, from: 0, ticks: [60] });
      const receipt = market.receiptOf(leaseId, { head: inputs.head });
      const [nodeSignature, notarySignature] = [await market.signReceipt(receipt), await market.signTick(receipt)];
      captures.push({ terms: termsForChain(terms), receipt, nodeSignature, notarySignature, proof, inputs });
    }
    const send = async (functionName: string, args: readonly unknown[]) => {
      const { gasUsed } = await market.send(accounts.stranger, "market", functionName, args, { gas: 16_000_000n });
      return { gasUsed: Number(gasUsed), data: encodeFunctionData({ abi: marketplaceAbi as Abi, functionName, args }) };
    };
    const [first] = captures.splice(0, 1);
    if (!first) throw new Error("no capture");
    const single = await send("capture", [
      first.terms,
      first.receipt,
      first.nodeSignature,
      first.notarySignature,
      first.proof,
    ]);
    const costs: Cost[] = [];
    for (const size of sizes) {
      const sent = await send("captureBatch", [captures.splice(0, size)]);
      costs.push({
        jobs: size,
        gas: sent.gasUsed / size,
        calldata: calldataGas(sent.data) / size,
        base: 21_000 / size,
      });
    }

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
    return { costs, single: single.gasUsed, naive: Number(naive.gasUsed) };
  } finally {
    prover.close();
  }
}
