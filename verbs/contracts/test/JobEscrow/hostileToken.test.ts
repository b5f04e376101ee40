import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import { type Abi, type Address, encodeFunctionData, getContractAddress, type Hex, zeroAddress } from "viem";
import { beforeEach, describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { CAP } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

// An escrow of its own whose market is a test account and whose only token misbehaves.
const market = useMarket();
const driver = accounts.scheduler;
let token: { address: Address; abi: never };
let escrow: Address;

beforeEach(async () => {
  token = (await market().deployMock("HostileDollar")) as typeof token;
  const parameters = await market().deployMock("FixedParameters", [[token.address], 1000n, 3600n]);
  escrow = (await market().deployMock("JobEscrow", [driver.address, zeroAddress, parameters.address])).address;
});

const call = (name: string, args: readonly unknown[], by = accounts.stranger) =>
  market().sendTo(by, escrow, escrowAbi as never, name, args);
const onToken = (name: string, args: readonly unknown[]) =>
  market().sendTo(accounts.stranger, token.address, token.abi, name, args);
const held = (account: Address) =>
  market().publicClient.readContract({
    address: token.address,
    abi: token.abi,
    functionName: "balanceOf",
    args: [account] as never,
  });
const credit = (account: Address) =>
  market().publicClient.readContract({
    address: escrow,
    abi: escrowAbi,
    functionName: "balanceOf",
    args: [account, token.address],
  });
const job = async (terms: Terms) =>
  market().publicClient.readContract({
    address: escrow,
    abi: escrowAbi,
    functionName: "jobOf",
    args: [await jobId(terms)],
  });
const jobId = (terms: Terms): Promise<Hex> =>
  market().publicClient.readContract({
    address: escrow,
    abi: escrowAbi,
    functionName: "jobIdOf",
    args: [termsForChain(terms)],
  });

async function pay(terms: Terms, amount = CAP): Promise<Address> {
  const bytecodeHash = await market().read<Hex>("escrow", "vaultInitCodeHash");
  const vault = getContractAddress({ opcode: "CREATE2", from: escrow, salt: await jobId(terms), bytecodeHash });
  await onToken("mint", [vault, amount]);
  return vault;
}
const funded = async () => {
  const terms = await market().terms({ token: token.address });
  await pay(terms);
  await call("sweep", [termsForChain(terms)]);
  return terms;
};

describe("a hostile token", () => {
  it("that keeps a fee: the escrow counts what arrived, so it never owes more than it has", async () => {
    await onToken("set", [10n, zeroAddress, false]);
    const terms = await market().terms({ token: token.address });
    await pay(terms, CAP + 10n);
    await call("sweep", [termsForChain(terms)]);
    expect((await job(terms)).deposited).toBe(CAP);
    expect(await held(escrow)).toBe(CAP);
  });

  it("that keeps a fee of a payment of just the cap: reverts as underfunded", async () => {
    await onToken("set", [10n, zeroAddress, false]);
    const terms = await market().terms({ token: token.address });
    await pay(terms);
    await expectRevert(call("sweep", [termsForChain(terms)]), "Underfunded", [CAP - 10n, CAP]);
  });

  it("that returns false: the sweep reverts instead of crediting nothing", async () => {
    const terms = await market().terms({ token: token.address });
    await pay(terms);
    await onToken("set", [0n, zeroAddress, true]);
    await expectRevert(call("sweep", [termsForChain(terms)]), "SafeERC20FailedOperation");
  });

  it("that blocks refundTo: the refund becomes a credit and the job still closes", async () => {
    const terms = await funded();
    await onToken("set", [0n, terms.refundTo, false]);
    await call("settle", [termsForChain(terms)], driver);
    expect(await job(terms)).toMatchObject({ closed: true, refunded: CAP });
    expect(await credit(terms.refundTo)).toBe(CAP);

    await onToken("set", [0n, zeroAddress, false]);
    await call("withdraw", [terms.refundTo, token.address]);
    expect(await held(terms.refundTo)).toBe(CAP);
    await expectRevert(call("withdraw", [terms.refundTo, token.address]), "NothingToMove");
  });

  it("that blocks refundTo: late money in the vault becomes a credit too", async () => {
    const terms = await funded();
    await call("settle", [termsForChain(terms)], driver);
    await pay(terms, 5n);
    await onToken("set", [0n, terms.refundTo, false]);
    await call("returnVault", [termsForChain(terms), token.address]);
    expect(await credit(terms.refundTo)).toBe(5n);
  });

  it("that returns false on the refund: it becomes a credit", async () => {
    const terms = await funded();
    await onToken("set", [0n, zeroAddress, true]);
    await call("settle", [termsForChain(terms)], driver);
    expect(await credit(terms.refundTo)).toBe(CAP);
  });

  it.each(["sweep", "reclaim", "withdraw", "returnVault"])("that calls back into %s gets nothing", async (verb) => {
    const terms = await funded();
    const second = verb === "sweep" ? await market().terms({ token: token.address }) : await funded();
    // Each call below would go through by itself: only the guard stands in its way.
    if (verb === "withdraw") {
      await onToken("set", [0n, second.refundTo, false]);
      await call("settle", [termsForChain(second)], driver);
      await onToken("set", [0n, zeroAddress, false]);
    } else if (verb !== "reclaim") await pay(second);
    if (verb !== "sweep") await market().warpTo(second.reclaimAt);
    const inner: Record<string, readonly unknown[]> = {
      sweep: [termsForChain(second)],
      reclaim: [termsForChain(second)],
      withdraw: [second.refundTo, token.address],
      returnVault: [termsForChain(second), token.address],
    };
    const args = inner[verb] ?? [];
    await onToken("setCallback", [
      escrow,
      encodeFunctionData({ abi: escrowAbi as never, functionName: verb, args } as never),
    ]);
    await call("settle", [termsForChain(terms)], driver);
    const reentered = { ...token, functionName: "reentered" } as never;
    expect(await market().publicClient.readContract(reentered)).toBe(false);
    expect(await held(terms.refundTo)).toBe(CAP);

    await onToken("setCallback", [zeroAddress, "0x"]);
    await call(verb, args);
  });
});

describe("a hostile token through an approval", () => {
  const { buyer, stranger } = accounts;
  async function approved() {
    const terms = await market().terms({ token: token.address });
    for (const payer of [buyer, stranger]) {
      await onToken("mint", [payer.address, 3n * CAP]);
      await market().sendTo(payer, token.address, token.abi, "approve", [escrow, 3n * CAP]);
    }
    return terms;
  }
  const topUp = (terms: Terms, amount: bigint, newCap: bigint) =>
    call("topUp", [termsForChain(terms), amount, newCap, "0x"], buyer);

  it("that keeps something back opens no job it does not fill, and fills one by what arrived", async () => {
    const terms = await approved();
    await onToken("set", [100n, zeroAddress, false]);
    await expectRevert(call("depositFrom", [termsForChain(terms), CAP]), "Underfunded", [CAP - 100n, CAP]);
    await call("depositFrom", [termsForChain(terms), CAP + 100n]);
    expect((await job(terms)).deposited).toBe(CAP);
    await topUp(terms, 1_000n, CAP + 1_000n);
    expect((await job(terms)).deposited).toBe(CAP + 900n);
    expect(await held(escrow)).toBe(CAP + 900n);
  });

  it("that moves nothing and says so opens and fills nothing", async () => {
    const terms = await approved();
    await onToken("set", [0n, zeroAddress, true]);
    await expectRevert(call("depositFrom", [termsForChain(terms), CAP]), "SafeERC20FailedOperation");
    await onToken("set", [0n, zeroAddress, false]);
    await call("depositFrom", [termsForChain(terms), CAP]);
    await onToken("set", [0n, zeroAddress, true]);
    await expectRevert(topUp(terms, 500n, 0n), "SafeERC20FailedOperation");
    expect((await job(terms)).deposited).toBe(CAP);
  });

  it("that calls back in the middle counts no unit twice", async () => {
    const terms = await approved();
    const abi = escrowAbi;
    const args = [termsForChain(terms), CAP] as const;
    await onToken("setCallback", [escrow, encodeFunctionData({ abi, functionName: "depositFrom", args })]);
    await call("depositFrom", [termsForChain(terms), CAP]);
    const again = [termsForChain(terms), 500n, 0n, "0x"] as const;
    await onToken("setCallback", [escrow, encodeFunctionData({ abi, functionName: "topUp", args: again })]);
    await topUp(terms, 500n, 0n);
    expect((await job(terms)).deposited).toBe(CAP + 500n);
    expect(await held(escrow)).toBe(CAP + 500n);
    const reentered = { address: token.address, abi: token.abi as Abi, functionName: "reentered" };
    expect(await market().publicClient.readContract(reentered)).toBe(false);
  });
});
