import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import type { Hex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { PRICE, REASON, STATE, withFee } from "../support/market.ts";
import { signBuyer } from "../support/signBuyer.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { stranger, scheduler } = accounts;
const stopFor = (terms: Terms, leaseId: Hex, deadline: bigint, signature: Hex) =>
  market().send(stranger, "market", "stopFor", [termsForChain(terms), leaseId, deadline, signature]);
const inAMinute = async () => BigInt((await market().now()) + 60);

describe("stopFor", () => {
  it("stops a running lease for a buyer without gas and keeps what was worked reserved for its proof", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    const deadline = await inAMinute();
    const signature = await signBuyer(market(), "Stop", { leaseId, deadline });
    await market().nextBlockAt(startedAt + 40);
    await stopFor(terms, leaseId, deadline, signature);
    expect(await market().lease(leaseId)).toMatchObject({ state: STATE.ended, reason: REASON.stoppedByBuyer });
    expect((await market().job(terms)).reserved).toBe(withFee(PRICE * 40n));
    await expectRevert(stopFor(terms, leaseId, deadline, signature), "WrongState");
  });

  it("closes an assigned lease and frees all of it", async () => {
    const terms = await market().funded();
    const { leaseId } = await market().assign(terms, await market().listedAsset());
    const deadline = await inAMinute();
    await stopFor(terms, leaseId, deadline, await signBuyer(market(), "Stop", { leaseId, deadline }));
    expect(await market().lease(leaseId)).toMatchObject({ state: STATE.closed, reserved: 0n });
  });

  it("reverts for another signer, another lease, another verb's signature, and past its deadline", async () => {
    const { terms, leaseId } = await market().running();
    const other = await market().running();
    const deadline = await inAMinute();
    const good = await signBuyer(market(), "Stop", { leaseId, deadline });
    await expectRevert(
      stopFor(terms, leaseId, deadline, await signBuyer(market(), "Stop", { leaseId, deadline }, scheduler)),
      "BadBuyerSignature",
    );
    await expectRevert(stopFor(other.terms, other.leaseId, deadline, good), "BadBuyerSignature");
    await expectRevert(stopFor(other.terms, leaseId, deadline, good), "WrongJob");
    const cancel = await signBuyer(market(), "Cancel", { jobId: leaseId, deadline });
    await expectRevert(stopFor(terms, leaseId, deadline, cancel), "BadBuyerSignature");
    await market().warpTo(Number(deadline) + 1);
    await expectRevert(stopFor(terms, leaseId, deadline, good), "SignatureExpired");
  });
});
