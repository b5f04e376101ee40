import { expect, it } from "vitest";
import { unlessBroken } from "./unlessBroken.ts";

const never = new Promise<never>(() => undefined);

it("gives the work's result while the market runs", async () => {
  expect(await unlessBroken({ broken: never }, Promise.resolve("ledger"))).toBe("ledger");
  await expect(unlessBroken({ broken: never }, Promise.reject(new Error("refused")))).rejects.toThrow("refused");
});

it("does not wait for a job when the chain has ended, and names the chain", async () => {
  await expect(unlessBroken({ broken: Promise.resolve("chain") }, never)).rejects.toThrow(/chain: ended by itself/);
});

it("names the scheduler that ended, not the connection that broke with it a moment earlier", async () => {
  const broken = new Promise<string>((resolve) => setTimeout(resolve, 20, "scheduler"));
  const work = Promise.reject(new TypeError("terminated"));
  await expect(unlessBroken({ broken }, work)).rejects.toThrow(/scheduler: ended by itself/);
});
