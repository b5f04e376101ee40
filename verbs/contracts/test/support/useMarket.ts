import { afterEach, beforeAll, beforeEach } from "vitest";
import { createMarket, type TestMarket } from "./market.ts";

/**
 * One chain for a test file, rolled back after each test.
 *
 * @returns a function that gives the market inside a test
 */
export function useMarket(options: Parameters<typeof createMarket>[0] = {}): () => TestMarket {
  let market: TestMarket | undefined;
  let snapshot: `0x${string}`;
  const get = () => {
    if (!market) throw new Error("the market exists only inside tests");
    return market;
  };
  beforeAll(async () => {
    market = await createMarket(options);
  });
  beforeEach(async () => {
    snapshot = await get().testClient.snapshot();
  });
  afterEach(async () => {
    await get().testClient.revert({ id: snapshot });
  });
  return get;
}
