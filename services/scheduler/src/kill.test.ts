import { expect, test } from "vitest";
import { killRounds } from "../test/killing/killRounds.ts";

const ROUNDS = Number(process.env.TEST_KILL_ROUNDS ?? 10);
const seed = Number(process.env.TEST_KILL_SEED ?? Date.now() % 1_000_000);
const PRICE = 100n;

test(`schedulers, Redis and Postgres are killed ${ROUNDS} times: no job is lost, run twice or paid twice`, async () => {
  process.stdout.write(`TEST_KILL_SEED=${seed} repeats these kills\n`);
  const result = await killRounds({ rounds: ROUNDS, seed, say: (line) => process.stdout.write(`${line}\n`) });
  expect(Object.values(result.kills).reduce((sum, count) => sum + count, 0)).toBe(ROUNDS);
  expect(result.jobs.length).toBe(ROUNDS * 2);
  expect(result.carriedOutTwice).toBe(0);
  for (const { leases, deposited, paid, fees, refunded, closed } of result.jobs) {
    expect(closed).toBe(true);
    // Conservation: what was paid in went to the provider, to the fee or back, to the last unit.
    expect(paid + fees + refunded).toBe(deposited);
    // Never paid for more than what its leases proved, and it did run.
    const seconds = leases.reduce((sum, lease) => sum + lease.billedSeconds, 0);
    expect(paid).toBe(PRICE * BigInt(seconds));
    expect(seconds).toBeGreaterThan(0);
    // Never on two nodes at once: a lease begins only after the one before has ended.
    for (const [index, lease] of leases.entries()) {
      const next = leases[index + 1];
      if (next !== undefined) expect(lease.endedAt > 0 && lease.endedAt <= next.assignedAt).toBe(true);
    }
    // And it was finished once.
    expect(leases.filter(({ billedSeconds }) => billedSeconds > 0)).toHaveLength(1);
  }
}, 600_000);
