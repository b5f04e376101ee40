export interface AllowanceRule {
  burst: number;
  perSecond: number;
}

/** What one connection may take: a burst, and then a steady rate (token bucket). */
export function createAllowance(rule: AllowanceRule, nowMs: number) {
  let left = rule.burst;
  let atMs = nowMs;
  /** False when it is more than what is left. */
  return (amount: number, nowMs: number): boolean => {
    left = Math.min(rule.burst, left + ((nowMs - atMs) / 1000) * rule.perSecond);
    atMs = nowMs;
    left -= amount;
    return left >= 0;
  };
}
