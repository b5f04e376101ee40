import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { leaseIdOf } from "@gristmill/shared/chain/leaseId";
import { leaseIdSchema } from "@gristmill/shared/ids/ids";
import { readCaptured } from "@gristmill/shared/receipt/span";
import {
  type Abi,
  type DecodeFunctionDataReturnType,
  decodeFunctionData,
  type Hex,
  toFunctionSelector,
  zeroHash,
} from "viem";
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

const CAPTURES = new Set(["capture", "captureBatch"]);

/** Whether a transaction's calldata holds receipts, see `decodeCaptures`. */
export function carriesCaptures(verb: string): boolean {
  return CAPTURES.has(verb);
}

/** The receipts, signatures and proofs that a capture carries, or a batch of them; none for any other calldata. */
export function decodeCaptures(input: Hex): CapturedReceipt[] {
  if (!carriesCaptures(verbOf(input))) return [];
  const call = decodeFunctionData({ abi: marketplaceAbi, data: input });
  if (call.functionName === "captureBatch") return call.args[0].flatMap(capturesOf);
  if (call.functionName !== "capture") return [];
  const [, receipt, nodeSignature, notarySignature, proof] = call.args;
  return [
    {
      leaseId: leaseIdSchema.parse(receipt.leaseId),
      sequence: receipt.sequence,
      head: receipt.head,
      output: receipt.output,
      last: receipt.last,
      nodeSignature,
      notarySignature,
      proof: proofOf(proof),
    },
  ];
}

type Run = DecodeFunctionDataReturnType<typeof marketplaceAbi, "captureBatch">["args"][0][number];
type Proof = Run["usages"][number]["proof"];

/** The signatures of a run stand over all its receipts; the node's is empty where the node or the payee sent it. */
function capturesOf({ payee, node, notary, nodeSignature, notarySignature, outputs, usages }: Run): CapturedReceipt[] {
  let lasts = 0;
  return usages.map(({ accountId, head, span, proof }) => {
    const { sequence, last, index, feeBps, pricePerSecond } = readCaptured(span);
    const leaseId = leaseIdOf({ accountId, node, notary, payee, index, feeBps, pricePerSecond });
    return {
      leaseId: leaseIdSchema.parse(leaseId),
      sequence,
      head,
      output: last ? (outputs[lasts++] ?? zeroHash) : zeroHash,
      last,
      nodeSignature,
      notarySignature,
      proof: proofOf(proof),
    };
  });
}

function proofOf({ a, b, c }: Proof): CapturedReceipt["proof"] {
  return { a: a.map(String), b: b.map((row) => row.map(String)), c: c.map(String) };
}
