import { type KeeperCall, keepSeeds } from "@gristmill/shared/chain/keepSeeds";
import { describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { courtOn } from "../support/court.ts";
import { approve, extraAccount, mine, stakeIn, USD } from "../support/staking.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, stranger } = accounts;

/** One look of a keeper that is nobody in particular. */
async function look(from?: { caseId: bigint; requestId: bigint }) {
  const sent: KeeperCall[] = [];
  const refused: KeeperCall[] = [];
  const next = await keepSeeds(
    {
      publicClient: market().publicClient,
      contracts: market().at,
      async send(call) {
        const { hash } = await market().send(stranger, call.contract, call.functionName, [call.id]);
        sent.push(call);
        return hash;
      },
      onRefused: (call) => refused.push(call),
    },
    from,
  );
  return { sent: sent.map(({ contract, functionName }) => `${contract}.${functionName}`), refused, next };
}

describe("keepSeeds", () => {
  it("draws a case's panel as soon as its block exists, and not before: no claim is lost for want of a caller", async () => {
    const court = courtOn(market());
    await court.stakeArbiters();
    const { terms, leaseId } = await court.booked();
    const { caseId } = await court.open(terms, leaseId);
    expect((await look()).sent).toEqual([]);
    await mine(market(), 3);
    expect((await look()).sent).toEqual(["court.fixSeed", "court.draw"]);
    const [, seats] = await market().read<readonly [unknown, string[]]>("court", "panelOf", [caseId, 0]);
    expect(seats.length).toBeGreaterThan(0);
    expect((await look()).sent).toEqual([]);
  });

  it("goes on where another keeper stopped, and passes over ended cases from then on", async () => {
    const court = courtOn(market());
    await court.stakeArbiters();
    const { terms, leaseId } = await court.booked();
    const { caseId } = await court.open(terms, leaseId);
    await mine(market(), 3);
    await market().send(stranger, "court", "fixSeed", [caseId]);
    expect((await look()).sent).toEqual(["court.draw"]);
    await court.toTenth(caseId, 6);
    await court.end(caseId, terms);
    expect((await look()).next).toEqual({ caseId: 2n, requestId: 1n });
  });

  it("reports what the chain refuses and goes on: a hash that is gone stops nothing else", async () => {
    const court = courtOn(market());
    await court.stakeArbiters();
    const [first, second] = [await court.booked(), await court.booked()];
    await court.open(first.terms, first.leaseId);
    await mine(market(), 9_000);
    await court.open(second.terms, second.leaseId);
    await mine(market(), 3);
    const { sent, refused } = await look();
    expect(refused).toEqual([{ contract: "court", functionName: "fixSeed", id: 1n }]);
    expect(sent).toEqual(["court.fixSeed", "court.draw"]);
  });

  it("keeps the seed of a measurement that was asked for", async () => {
    const attesters = Array.from({ length: 6 }, (_, index) => extraAccount(80 + index) as unknown as TestAccount);
    for (const attester of attesters) await stakeIn(market(), "attestations", attester);
    const assetId = await market().mintAsset();
    await approve(market(), provider, market().at.attestations, 1_000n * USD);
    await market().send(provider, "attestations", "request", [assetId]);
    expect((await look()).sent).toEqual([]);
    await mine(market(), 3);
    expect((await look()).sent).toEqual(["attestations.fixSeed"]);
    expect((await look()).sent).toEqual([]);
  });
});
