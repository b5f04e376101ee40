import { expect, test } from "vitest";
import { readConfig } from "./config.ts";

const PROVIDER = `0x${"1".repeat(40)}`;
const enough = { MARKET_FILE: "/m/market.json", PROVIDER, DATA_DIR: "/data" };

test("an owner needs to set two variables only", () => {
  expect(readConfig(enough)).toMatchObject({
    ...{
      EXECUTOR: "auto",
      GPU: { kind: "auto" },
      TICK_SECONDS: 30,
      KEY_FILE: "/data/key.json",
      KEY_PASSWORD_FILE: "/data/key-password",
    },
  });
});

const mistakes: [string, Record<string, string>, RegExp][] = [
  ["no provider", { PROVIDER: "" }, /PROVIDER: is not set/],
  ["a provider that is no address", { PROVIDER: "me" }, /PROVIDER: must be a 20-byte hex address/],
  ["no market", { MARKET_FILE: "" }, /MARKET_FILE: set MARKET_FILE .* or MARKET_URL/],
  ["a GPU nobody understands", { GPU: "simulated:l4" }, /GPU: must be "auto"/],
  ["a region that is no country", { REGION: "Germany" }, /REGION: must be a two-letter/],
  ["ticks longer than a proof allows", { TICK_SECONDS: "61" }, /TICK_SECONDS/],
  ["an executor that does not exist", { EXECUTOR: "none" }, /EXECUTOR/],
  ["a native prover that is not there", { PROVER_PROGRAM: "/nowhere/prover" }, /PROVER_PROGRAM: must be a program/],
  ["a native prover that is a folder", { PROVER_PROGRAM: "/tmp" }, /PROVER_PROGRAM: must be a program/],
  ["a queue that holds no proof", { PROOF_QUEUE: "0" }, /PROOF_QUEUE/],
];
for (const [name, change, message] of mistakes) {
  test(`${name}: the start stops and names the variable`, () => {
    expect(() => readConfig({ ...enough, ...change })).toThrow(message);
  });
}

test("a simulated GPU is read as one", () => {
  expect(readConfig({ ...enough, GPU: "simulated:l4:24576" }).GPU).toEqual({
    kind: "simulated",
    model: "l4",
    vramMiB: 24576,
  });
});
