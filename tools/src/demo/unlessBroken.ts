import type { RunningMarket } from "../market/startMarket.ts";
import { ServiceError } from "../services/serviceError.ts";

/** How long after a failure its cause may need to be noticed. */
const GRACE_MS = 1_000;

/**
 * Waits for work that needs the market, and for the market's end: nothing that was asked of a dead service is waited for.
 *
 * @throws {ServiceError} naming the part that ended, even when the work noticed it first
 */
export async function unlessBroken<T>({ broken }: Pick<RunningMarket, "broken">, work: Promise<T>): Promise<T> {
  const failure = broken.then((name) => {
    throw new ServiceError(
      name,
      "ended by itself in the middle of the purchase",
      `See .mill/logs/${name}.log. No payment is lost: the next start takes the job up again, and the rest goes back to the buyer.`,
    );
  });
  try {
    return await Promise.race([work, failure]);
  } catch (error) {
    const later = new Promise<never>((_, reject) => setTimeout(reject, GRACE_MS, error).unref());
    return Promise.race([failure, later]);
  }
}
