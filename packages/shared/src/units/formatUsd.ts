/**
 * Formats atomic units of a dollar token for people, without floats: at least two decimals, no trailing zeros past them.
 * @param amount atomic units
 * @param decimals decimals of the token
 * @example formatUsd(258300n) // "0.2583"
 */
export function formatUsd(amount: bigint, decimals = 6): string {
  const sign = amount < 0n ? "-" : "";
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, -decimals);
  const fraction = digits.slice(-decimals).replace(/0+$/, "").padEnd(2, "0");
  return `${sign}${whole}.${fraction}`;
}
