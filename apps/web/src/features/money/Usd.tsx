import { formatUsd } from "@gristmill/shared/units/formatUsd";

/** An exact amount with its unit and per what. @param amount atomic units of the payment token (6 decimals) */
export function Usd({ amount, per, testId }: { amount: bigint; per?: "s" | "h"; testId?: string }) {
  return (
    <span className="whitespace-nowrap" data-testid={testId} data-atomic={amount.toString()}>
      {formatUsd(amount)} <span className="text-muted">USD{per && ` / ${per}`}</span>
    </span>
  );
}
