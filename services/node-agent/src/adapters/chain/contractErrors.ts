import { assetAbi } from "@gristmill/shared/abi/asset";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { registryAbi } from "@gristmill/shared/abi/registry";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { decodeErrorResult, ExecutionRevertedError, type Hex, RawContractError, BaseError as ViemError } from "viem";

const errorAbi = [...marketplaceAbi, ...escrowAbi, ...assetAbi, ...registryAbi].filter((item) => item.type === "error");

/** Name and arguments of the contract's error, found by its selector; undefined when no contract said anything. */
export function revertOf(error: unknown): { name: string; args: readonly unknown[] } | undefined {
  if (!(error instanceof ViemError)) return undefined;
  const reverted = error.walk(
    (cause) =>
      cause instanceof RawContractError || cause instanceof ExecutionRevertedError || "data" in (cause as object),
  );
  if (reverted === null) return undefined;
  const { data } = reverted as { data?: Hex | { data?: Hex } };
  const bytes = typeof data === "object" ? data.data : data;
  return bytes === undefined && !(reverted instanceof ExecutionRevertedError) ? undefined : decodeRevert(bytes);
}

/** Decodes revert data of any of the market's contracts: one calls the other. */
export function decodeRevert(data: Hex | undefined): { name: string; args: readonly unknown[] } | undefined {
  if (data === undefined || data === "0x") return { name: "reverted without a reason", args: [] };
  try {
    const { errorName, args } = decodeErrorResult({ abi: errorAbi, data });
    return { name: errorName, args: args ?? [] };
  } catch {
    return { name: `error ${data.slice(0, 10)}`, args: [] };
  }
}

/** Errors that time heals: the chain's clock lags behind the node's by a block. */
const passing = new Set(["BilledBeyondLease"]);

/** What went wrong with a call, as one of the product's errors. */
export function chainError(what: string, error: unknown): BaseError {
  if (error instanceof BaseError) return error;
  const revert = revertOf(error);
  if (revert === undefined) {
    const text = error instanceof ViemError ? error.shortMessage : "";
    return new BaseError("chain_unavailable", `${what}: the chain does not answer${text ? ` (${text})` : ""}`, {
      cause: error,
    });
  }
  const said = `${revert.name}(${revert.args.map(String).join(", ")})`;
  const code = passing.has(revert.name) ? "chain_unavailable" : "transaction_reverted";
  return new BaseError(code, `${what}: the contract refuses it with ${said}`, { details: { error: revert.name } });
}
