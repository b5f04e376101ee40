import { MAX_TICKS } from "./tickChain.ts";
import { type UsageWitnessInput, usageStatement } from "./usageStatement.ts";

/** Input of the usage circuit, decimal strings by signal name: plain JSON, ready for another process. */
export interface UsageCircuitInput {
  context: string;
  origin: string;
  head: string;
  from: string;
  to: string;
  elapsed: string[];
  sample: string[];
  active: string[];
}

/**
 * Lays out a receipt's ticks for the usage circuit: padding repeats the last time and carries no sample.
 *
 * @throws BaseError `invalid_request` as `usageStatement` does.
 */
export function usageWitness(receipt: UsageWitnessInput): UsageCircuitInput {
  const { context, origin, head, from, to } = usageStatement(receipt);
  const { ticks } = receipt;
  const pad = <T>(values: readonly T[], padding: T): string[] =>
    Array.from({ length: MAX_TICKS }, (_, index) => String(values[index] ?? padding));
  return {
    context: context.toString(),
    origin: origin.toString(),
    head: head.toString(),
    from: String(from),
    to: String(to),
    elapsed: pad(
      ticks.map((tick) => tick.elapsed),
      to,
    ),
    sample: pad(
      ticks.map((tick) => tick.sample),
      0n,
    ),
    active: pad(
      ticks.map(() => 1),
      0,
    ),
  };
}
