import type { JobView } from "@gristmill/shared/api/views";

type Money = JobView["money"];

/** Still in escrow and promised to nobody's balance yet, and what is booked out of it for the provider. Atomic units. */
export interface MoneyLines {
  deposited: bigint;
  /** To the provider: withdrawable. */
  paid: bigint;
  /** To the provider: proven, waits for the buyer's word or the claim window. */
  booked: bigint;
  fees: bigint;
  refunded: bigint;
  /** Neither paid, booked, taken as fee nor refunded. */
  held: bigint;
}

/** deposited = paid + booked + fees + refunded + held, always. */
export function moneyOf({ deposited, paid, booked, fees, refunded }: Money): MoneyLines {
  return { deposited, paid, booked, fees, refunded, held: deposited - paid - booked - fees - refunded };
}
