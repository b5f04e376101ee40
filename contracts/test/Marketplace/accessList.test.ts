import { captureAccessList, redeemAccessList } from "@gristmill/shared/chain/accessList";
import { accountIdOf } from "@gristmill/shared/chain/accountId";
import type { Terms } from "@gristmill/shared/job/terms";
import type { AccessList } from "viem";
import { expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import type { ContractName } from "../support/chain.ts";
import { runOf } from "../support/runs.ts";
import { useMarket } from "../support/useMarket.ts";
import { signVoucher } from "../support/vouchers.ts";

const market = useMarket();
const payee = accounts.provider.address;
/** The called contract is in the list from 25 slots on. */
const MANY = 26;

/** What the access list saves, the same call sent with and without it from the same state; that state is there again after. */
async function savedBy(name: ContractName, verb: string, args: readonly unknown[], accessList: AccessList) {
  const from = async (options: { accessList?: AccessList }) => {
    const snapshot = await market().testClient.snapshot();
    const sent = await market().send(accounts.node, name, verb, args, { gas: 16_000_000n, ...options });
    await market().testClient.revert({ id: snapshot });
    return sent;
  };
  const [bare, listed] = [await from({}), await from({ accessList })];
  const told = ({ events }: typeof bare) => events.map(({ eventName, args }) => ({ eventName, args }));
  expect(told(listed)).toEqual(told(bare));
  return Number(bare.gasUsed - listed.gasUsed);
}

it("saves a sender 100 gas for every slot and contract that it names: the settlement of many is cheaper with it", async () => {
  const running: Awaited<ReturnType<ReturnType<typeof market>["running"]>>[] = [];
  for (let index = 0; index < MANY; index++) running.push(await market().running());
  await market().warpTo((running.at(-1)?.startedAt ?? 0) + 100);
  const { market: at, escrow, verifier } = market().at;
  const accountOf = (terms: Terms) => accountIdOf(market().jobId(terms), payee, terms.buyer);

  const capture = async (count: number) => {
    const some = running.slice(0, count);
    const items = some.map(({ terms, leaseId }) => ({ terms, receipt: market().receiptOf(leaseId) }));
    const captures = some.map(({ terms, leaseId }) => ({ leaseId, accountId: accountOf(terms) }));
    const list = captureAccessList({ market: at, escrow, verifier }, captures);
    return savedBy("market", "captureBatch", [[await runOf(market(), items, { node: "none" })]], list);
  };
  expect(await capture(2)).toBe(2 * 100 + 200);
  expect(await capture(MANY)).toBe(MANY * 200 + 200 - 2_400);

  const vouchers = await Promise.all(
    running.map(({ terms }) =>
      signVoucher(escrow, { jobId: market().jobId(terms), payee, spent: 5_000n }, accounts.buyer),
    ),
  );
  const list = redeemAccessList(
    escrow,
    running.map(({ terms }) => accountOf(terms)),
  );
  expect(await savedBy("escrow", "redeem", [market().at.token, payee, vouchers, true], list)).toBe(MANY * 100 - 2_400);
});
