import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { captureAccessList } from "@gristmill/shared/chain/accessList";
import { accountIdOf } from "@gristmill/shared/chain/accountId";
import type { Market } from "@gristmill/shared/chain/market";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { jobIdOf, termsForChain } from "@gristmill/shared/job/terms";
import { packSpan, readCaptured } from "@gristmill/shared/receipt/span";
import type { AccessList, Address, EncodeFunctionDataParameters, Hex, PublicClient } from "viem";
import type { Capture } from "../../application/ports.ts";

type Call = Pick<EncodeFunctionDataParameters<typeof marketplaceAbi>, "functionName" | "args">;

/** What captures usage, single or many receipts at once. `send` tries, sends and waits. */
export function captureCalls(
  { chainId, contracts, startBlock = 0 }: Market,
  node: Address,
  client: PublicClient,
  send: (call: Call, accessList?: AccessList) => Promise<{ transactionHash: Hex }>,
) {
  const contract = { address: contracts.market, abi: marketplaceAbi } as const;
  const leaseOf = (leaseId: Hex) => client.readContract({ ...contract, functionName: "leaseOf", args: [leaseId] });

  /** The transaction that captured a receipt, alone or in a batch. */
  const captureOf = async ({ leaseId, sequence }: Capture["receipt"]): Promise<Hex> => {
    const from = { ...contract, fromBlock: BigInt(startBlock) } as const;
    const singles = await client.getContractEvents({ ...from, eventName: "UsageCaptured", args: { leaseId } });
    const single = singles.find((event) => event.args.sequence === sequence);
    if (single !== undefined) return single.transactionHash;
    const batches = await client.getContractEvents({ ...from, eventName: "UsagesCaptured" });
    const batch = batches.find(({ args }) =>
      args.captured?.some((line) => line.leaseId === leaseId && readCaptured(line.usage).sequence === sequence),
    );
    if (batch !== undefined) return batch.transactionHash;
    throw new BaseError("chain_unavailable", "the earlier capture's event is not found yet");
  };

  const capture = async (one: Capture): Promise<Hex> => {
    const { terms, receipt, nodeSignature, notarySignature, proof } = one;
    // Sent already, before a crash or by somebody else: nothing is billed twice.
    if ((await leaseOf(receipt.leaseId)).sequence > receipt.sequence) return captureOf(receipt);
    const args = [termsForChain(terms), receipt, nodeSignature, notarySignature, proof] as const;
    return (await send({ functionName: "capture", args })).transactionHash;
  };

  /** Every receipt is a run of its own: the notary signed each tick by itself. The node sends, which is its word. */
  const captureBatch = async (captures: readonly Capture[]): Promise<Hex[]> => {
    const found = await Promise.all(
      captures.map(async (one) => ({ ...one, lease: await leaseOf(one.receipt.leaseId) })),
    );
    const left = found
      .filter(({ lease, receipt }) => lease.sequence <= receipt.sequence)
      .map(({ terms, receipt, lease, notarySignature, proof }) => {
        const accountId = accountIdOf(jobIdOf(terms, contracts.escrow, chainId), lease.payee, terms.buyer);
        const { index, pricePerSecond } = lease;
        const span = packSpan({ ...receipt, index, feeBps: terms.feeBps, pricePerSecond });
        const run = {
          ...{ payee: lease.payee, node, notary: terms.notary, nodeSignature: "0x" as Hex, notarySignature },
          outputs: receipt.last ? [receipt.output] : [],
          usages: [{ accountId, head: receipt.head, span, proof }],
        };
        return { run, leaseId: receipt.leaseId, accountId };
      });
    const args = [left.map(({ run }) => run)] as const;
    const sent =
      left.length === 0
        ? undefined
        : await send({ functionName: "captureBatch", args }, captureAccessList(contracts, left));
    return Promise.all(
      found.map(({ lease, receipt }) =>
        sent !== undefined && lease.sequence <= receipt.sequence ? sent.transactionHash : captureOf(receipt),
      ),
    );
  };
  return { capture, captureBatch };
}
