import { assetAbi } from "@gristmill/shared/abi/asset";
import { attestationsAbi } from "@gristmill/shared/abi/attestations";
import { courtAbi } from "@gristmill/shared/abi/court";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { registryAbi } from "@gristmill/shared/abi/registry";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { verifierAbi } from "@gristmill/shared/abi/verifier";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { ErrorCode } from "@gristmill/shared/errors/errorCodes";
import { toWire } from "@gristmill/shared/units/toWire";
import { type Abi, type AbiParameter, decodeErrorResult, type Hex, toFunctionSelector } from "viem";

const errors = [
  ...marketplaceAbi,
  ...escrowAbi,
  ...assetAbi,
  ...registryAbi,
  ...testDollarAbi,
  ...verifierAbi,
  ...courtAbi,
  ...attestationsAbi,
].filter((item) => item.type === "error") as Extract<Abi[number], { type: "error" }>[];

const bySelector = new Map<string, Extract<Abi[number], { type: "error" }>>();
for (const item of errors) bySelector.set(toFunctionSelector(`${item.name}(${types(item.inputs)})`), item);

/** Contract errors that are more than "the transaction would fail". */
const codes: Partial<Record<string, ErrorCode>> = {
  SpentChanged: "acceptance_invalid",
  BadAcceptance: "acceptance_invalid",
  JobUnknown: "not_found",
  FundingClosed: "terms_expired",
};

function types(inputs: readonly AbiParameter[]): string {
  return inputs
    .map((input) => {
      const components = (input as { components?: readonly AbiParameter[] }).components;
      return components ? `(${types(components)})${input.type.slice("tuple".length)}` : input.type;
    })
    .join(",");
}

/** The revert data somewhere in what a client threw. */
function revertData(error: unknown): Hex | undefined {
  for (let cause = error; typeof cause === "object" && cause !== null; cause = (cause as { cause?: unknown }).cause) {
    for (const field of ["raw", "data"] as const) {
      const data = (cause as Record<string, unknown>)[field];
      if (typeof data === "string" && /^0x[0-9a-f]{8,}$/i.test(data)) return data as Hex;
    }
  }
  return undefined;
}

/**
 * What a failed call or simulation means: the contract's own error, by its selector, else that the chain did not answer.
 * The details name the error and its arguments (decimal strings).
 */
export function revertReason(verb: string, error: unknown): BaseError {
  if (error instanceof BaseError) return error;
  const data = revertData(error);
  if (data === undefined) {
    return new BaseError("chain_unavailable", `The chain did not take "${verb}".`, { cause: error });
  }
  const known = bySelector.get(data.slice(0, 10).toLowerCase());
  if (known === undefined) {
    return new BaseError("transaction_reverted", `"${verb}" would revert.`, { details: { verb, data } });
  }
  const { args } = decodeErrorResult({ abi: [known], data }) as { args?: readonly unknown[] };
  const named = Object.fromEntries(
    known.inputs.map((input, index) => [input.name ?? `${index}`, toWire(args?.[index])]),
  );
  const shown = Object.entries(named)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ");
  return new BaseError(codes[known.name] ?? "transaction_reverted", `"${verb}" would revert: ${known.name}(${shown})`, {
    details: { verb, error: known.name, args: named },
  });
}
