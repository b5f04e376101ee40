import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { type Authorization, signAuthorization } from "../support/authorization.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { CAP } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();

async function deposit(terms: Terms, overrides: Partial<Authorization> = {}, signer = accounts.buyer) {
  await market().send(accounts.stranger, "token", "mint", [accounts.buyer.address, terms.cap * 2n]);
  const authorization: Authorization = {
    from: terms.buyer,
    to: market().at.escrow,
    value: terms.cap,
    validAfter: 0n,
    validBefore: BigInt(terms.leaseEnd),
    nonce: market().jobId(terms),
    ...overrides,
  };
  const signature = await signAuthorization(signer, market().at.token, "ReceiveWithAuthorization", authorization);
  const { validAfter, validBefore } = authorization;
  const send = () =>
    market().send(accounts.stranger, "escrow", "depositWithAuthorization", [
      termsForChain(terms),
      validAfter,
      validBefore,
      signature,
    ]);
  return { send, authorization, signature };
}

describe("depositWithAuthorization", () => {
  it("funds the job with the buyer's signature alone: the buyer needs no gas", async () => {
    const terms = await market().terms();
    const { send } = await deposit(terms);
    const { events } = await send();
    expect(events.map((event) => event.eventName)).toContain("JobFunded");
    expect((await market().job(terms)).deposited).toBe(CAP);
  });

  it("reverts the second time: one signature pays once", async () => {
    const { send } = await deposit(await market().terms());
    await send();
    await expectRevert(send(), "ERC3009UsedAuthorization");
  });

  it("reverts for other terms than the signed ones", async () => {
    const terms = await market().terms();
    const { send } = await deposit(terms, { nonce: market().jobId({ ...terms, pricePerSecondCap: 1n }) });
    await expectRevert(send(), "ERC3009InvalidSignature");
  });

  it("reverts for another amount than the cap", async () => {
    const terms = await market().terms();
    await expectRevert((await deposit(terms, { value: terms.cap - 1n })).send(), "ERC3009InvalidSignature");
  });

  it("reverts for another signer than the buyer", async () => {
    await expectRevert(
      (await deposit(await market().terms(), {}, accounts.stranger)).send(),
      "ERC3009InvalidSignature",
    );
  });

  it("reverts past the authorization's time", async () => {
    const terms = await market().terms();
    const { send } = await deposit(terms, { validBefore: BigInt(await market().now()) });
    await expectRevert(send(), "ERC3009InvalidAuthorizationTime");
  });

  it("cannot be run ahead of: a copied signature moves nothing for anybody but the escrow", async () => {
    const { authorization: auth, signature } = await deposit(await market().terms());
    const args = [auth.from, auth.to, auth.value, auth.validAfter, auth.validBefore, auth.nonce, signature];
    await expectRevert(
      market().send(accounts.stranger, "token", "receiveWithAuthorization", args),
      "ERC20InvalidReceiver",
    );
  });

  it("reverts from leaseEnd on, and nothing is charged", async () => {
    const terms = await market().terms();
    const { send } = await deposit(terms, { validBefore: BigInt(terms.reclaimAt) });
    await market().warpTo(terms.leaseEnd);
    await expectRevert(send(), "FundingClosed");
    expect(await market().tokens(terms.buyer)).toBe(CAP * 2n);
  });
});
