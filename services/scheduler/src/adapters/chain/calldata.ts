import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { leaseIdSchema } from "@gristmill/shared/ids/ids";
import { type Abi, decodeFunctionData, type Hex, toFunctionSelector } from "viem";
import type { CapturedReceipt } from "../../application/ports.ts";

/** The contracts' word for each call; `pay` is what a buyer calls it. */
const renamed: Record<string, string> = { depositWithAuthorization: "pay", returnVault: "return" };

const verbs = new Map<string, string>();
const abi: Abi = [...escrowAbi, ...marketplaceAbi];
for (const item of abi) {
  if (item.type !== "function" || item.stateMutability === "view" || item.stateMutability === "pure") continue;
  verbs.set(toFunctionSelector(item), renamed[item.name] ?? item.name);
}

/** What a transaction did, in a word; `other` when it reached our contracts through another one. */
export function verbOf(input: Hex): string {
  return verbs.get(input.slice(0, 10)) ?? "other";
}

/** The receipt, signatures and proof that a capture carries; undefined for any other calldata. */
export function decodeCapture(input: Hex): CapturedReceipt | undefined {
  if (verbOf(input) !== "capture") return undefined;
  const call = decodeFunctionData({ abi: marketplaceAbi, data: input });
  if (call.functionName !== "capture") return undefined;
  const [, receipt, nodeSignature, notarySignature, proof] = call.args;
  return {
    leaseId: leaseIdSchema.parse(receipt.leaseId),
    sequence: receipt.sequence,
    output: receipt.output,
    last: receipt.last,
    nodeSignature,
    notarySignature,
    proof: { a: proof.a.map(String), b: proof.b.map((row) => row.map(String)), c: proof.c.map(String) },
  };
}
