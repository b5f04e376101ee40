import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { encodeErrorResult } from "viem";
import { expect, test } from "vitest";
import { chainError, decodeRevert } from "./contractErrors.ts";

test("an owner reads why the contract refused, with got and limit", () => {
  const data = encodeErrorResult({ abi: marketplaceAbi, errorName: "SequenceUsed", args: [0, 1] });
  expect(decodeRevert(data)).toEqual({ name: "SequenceUsed", args: [0, 1] });
});

test("an unknown error is named by its selector, never guessed", () => {
  expect(decodeRevert("0xdeadbeef")).toEqual({ name: "error 0xdeadbeef", args: [] });
});

test("a chain that is away is tried again", () => {
  expect(chainError("reading", new Error("fetch failed")).retryable).toBe(true);
});
