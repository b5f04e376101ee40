import { expect, test } from "vitest";
import { BaseError } from "./baseError.ts";

test("an error keeps its stable code, cause and whether trying again may help", () => {
  const cause = new Error("connection refused");
  const error = new BaseError("chain_unavailable", "the chain does not answer", { cause, details: { rpc: "local" } });
  expect(error).toMatchObject({ code: "chain_unavailable", retryable: true, cause, details: { rpc: "local" } });
  expect(new BaseError("terms_mismatch", "x").retryable).toBe(false);
});
