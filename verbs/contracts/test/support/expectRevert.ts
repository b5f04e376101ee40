import { BaseError, ContractFunctionRevertedError } from "viem";
import { expect } from "vitest";

/** Asserts that a call reverts with this custom error, and with these arguments where given. */
export async function expectRevert(
  call: Promise<unknown>,
  errorName: string,
  args?: readonly unknown[],
): Promise<void> {
  const error = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error === undefined) expect.fail(`expected a revert with ${errorName}, but the call went through`);
  const reverted =
    error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : undefined;
  if (!(reverted instanceof ContractFunctionRevertedError)) throw error;
  expect(reverted.data?.errorName ?? reverted.reason ?? reverted.signature).toBe(errorName);
  if (args) expect(reverted.data?.args).toEqual(args);
}
