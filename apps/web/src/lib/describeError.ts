import { ContractFunctionRevertedError, UserRejectedRequestError, BaseError as ViemError } from "viem";

/** Whether the person said no in the wallet. */
export function isRejection(error: unknown): boolean {
  if (error instanceof ViemError) return error.walk((each) => isRejectionItself(each)) !== null;
  return isRejectionItself(error) || (error instanceof Error && error.cause !== undefined && isRejection(error.cause));
}

function isRejectionItself(error: unknown): boolean {
  if (error instanceof UserRejectedRequestError) return true;
  return typeof error === "object" && error !== null && "code" in error && error.code === 4001;
}

/** One sentence for people: what went wrong. Names a contract's own error with its values where there is one. */
export function describeError(error: unknown): string {
  if (isRejection(error)) return "You declined in the wallet. Nothing was charged and nothing changed.";
  if (error instanceof ViemError) {
    const reverted = error.walk((each) => each instanceof ContractFunctionRevertedError);
    if (reverted instanceof ContractFunctionRevertedError && reverted.data) {
      const values = (reverted.data.args ?? []).map(String).join(", ");
      return `The contract refused: ${reverted.data.errorName}${values && ` (${values})`}. Nothing changed.`;
    }
    return error.shortMessage;
  }
  return error instanceof Error ? error.message : "Something went wrong that this page has no words for.";
}
