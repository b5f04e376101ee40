import { benchExact } from "./placement/exact.ts";
import { benchRegret } from "./placement/regret.ts";
import { benchSpeed } from "./placement/speed.ts";
import { benchTrace } from "./placement/trace/benchTrace.ts";
import type { Row } from "./row.ts";

/** Placement: how fast, whether exact, how far from the optimum, and what a real cluster's workload makes of it. */
export async function benchPlacement(): Promise<Row[]> {
  return [...benchSpeed(), ...benchExact(), ...(await benchRegret()), ...benchTrace()];
}
