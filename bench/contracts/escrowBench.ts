import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { redeemAccessList } from "@gristmill/shared/chain/accessList";
import { accountIdOf } from "@gristmill/shared/chain/accountId";
import { termsForChain } from "@gristmill/shared/job/terms";
import {
  type Abi,
  type AccessList,
  type Address,
  encodeFunctionData,
  type Hex,
  hexToBytes,
  keccak256,
  toHex,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { accounts } from "../../contracts/test/support/accounts.ts";
import { CAP, CHAIN_ID, createMarket } from "../../contracts/test/support/market.ts";
import { type SignedVoucher, signVoucher } from "../../contracts/test/support/vouchers.ts";

/** Gas of one call, and what of it the parts take; all in gas a job. */
export interface Cost {
  jobs: number;
  gas: number;
  /** Without the access list that senders add (EIP-2930). */
  bare: number;
  calldata: number;
  base: number;
}

const market = await createMarket({ verifier: "real" });
const driver = accounts.scheduler;

/** Sends without waiting for estimates: the chain mines each at once. */
async function call(
  from: Address,
  to: Address,
  abi: Abi,
  functionName: string,
  args: readonly unknown[],
  { gas = 2_000_000, accessList = [] }: { gas?: number; accessList?: AccessList } = {},
) {
  const data = encodeFunctionData({ abi, functionName, args });
  const request = { method: "eth_sendTransaction", params: [{ from, to, data, gas: toHex(gas), accessList }] };
  const hash = (await market.provider.request(request)) as Hex;
  const receipt = await market.publicClient.getTransactionReceipt({ hash });
  if (receipt.status !== "success") throw new Error(`${functionName} reverted`);
  return { hash, gasUsed: Number(receipt.gasUsed), data };
}

export const calldataGas = (data: Hex) => hexToBytes(data).reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), 0);
type Sent = Awaited<ReturnType<typeof call>>;
const cost = (jobs: number, { bare, listed }: { bare: Sent; listed: Sent }): Cost => ({
  jobs,
  gas: listed.gasUsed / jobs,
  bare: bare.gasUsed / jobs,
  calldata: calldataGas(listed.data) / jobs,
  base: 21_000 / jobs,
});

/**
 * Redeems vouchers of that many buyers in one call, for each batch size; the provider has been paid before. Then, for each of
 * `lengths`, one voucher that a buyer countersigned anew after each of so many jobs of work, and redeemed once.
 */
export async function benchVouchers(
  sizes: readonly number[],
  lengths: readonly number[],
): Promise<{ costs: Cost[]; cumulative: Cost[]; naive: number }> {
  // An escrow whose market is a test account: vouchers do not ask the market anything.
  const parameters = await market.deployMock("FixedParameters", [[market.at.token], 1000n, 3600n]);
  const { address: escrow } = await market.deployMock("JobEscrow", [
    driver.address,
    driver.address,
    parameters.address,
  ]);
  const payee = accounts.provider.address;
  const funder = accounts.stranger.address;
  const total = sizes.reduce((sum, size) => sum + size, 0) + 1 + lengths.length;
  await market.send(accounts.stranger, "token", "mint", [funder, CAP * BigInt(total + 1)]);
  await market.send(accounts.stranger, "token", "approve", [escrow, CAP * BigInt(total + 1)]);

  const base = await market.terms();
  let index = 0;
  /** A funded job of a new buyer, in which the payee does that many jobs, the buyer countersigning after each all so far. */
  const countersigned = async (jobs: number, each: bigint) => {
    const buyer = privateKeyToAccount(keccak256(toHex(`buyer ${index}`)));
    const terms = termsForChain({ ...base, buyer: buyer.address, salt: toHex(index++, { size: 32 }) });
    await call(funder, escrow, escrowAbi as Abi, "depositFrom", [terms, CAP]);
    const jobId = await market.publicClient.readContract({
      address: escrow,
      abi: escrowAbi,
      functionName: "jobIdOf",
      args: [terms],
    });
    let voucher: SignedVoucher | undefined;
    for (let done = 1; done <= jobs; done++) {
      await call(driver.address, escrow, escrowAbi as Abi, "reserve", [terms, payee, each]);
      voucher = await signVoucher(escrow, { jobId, payee, spent: each * BigInt(done) }, buyer, CHAIN_ID);
    }
    if (voucher === undefined) throw new Error("no job was done");
    return { voucher, accountId: accountIdOf(jobId, payee, buyer.address) };
  };
  const redeem = async (some: readonly Awaited<ReturnType<typeof countersigned>>[]) => {
    const args = [market.at.token, payee, some.map(({ voucher }) => voucher), true];
    const accessList = redeemAccessList(
      escrow,
      some.map(({ accountId }) => accountId),
    );
    const gas = 16_000_000;
    const snapshot = await market.testClient.snapshot();
    const bare = await call(funder, escrow, escrowAbi as Abi, "redeem", args, { gas });
    await market.testClient.revert({ id: snapshot });
    return { bare, listed: await call(funder, escrow, escrowAbi as Abi, "redeem", args, { gas, accessList }) };
  };
  await redeem([await countersigned(1, CAP / 2n)]);
  const costs: Cost[] = [];
  for (const size of sizes) {
    const some: Awaited<ReturnType<typeof countersigned>>[] = [];
    while (some.length < size) some.push(await countersigned(1, 300_000n));
    costs.push(cost(size, await redeem(some)));
  }
  const cumulative: Cost[] = [];
  for (const length of lengths) {
    const one = await countersigned(length, 3_000n);
    cumulative.push(cost(length, await redeem([one])));
    const { paid, fees } = (await market.publicClient.readContract({
      ...{ address: escrow, abi: escrowAbi, functionName: "jobOf" as const },
      args: [one.voucher.jobId],
    })) as { paid: bigint; fees: bigint };
    if (paid + fees !== 3_000n * BigInt(length)) throw new Error("the one voucher did not pay all jobs");
  }
  return { costs, cumulative, naive: await naiveSigned() };
}

/** The baseline: one signed settlement, to a provider and a buyer that have the token. */
async function naiveSigned(): Promise<number> {
  const { address, abi } = await market.deployMock("NaiveEscrow", [market.at.groth16Verifier]);
  const buyer = accounts.buyer;
  for (const holder of [buyer.address, accounts.provider.address])
    await market.send(accounts.stranger, "token", "mint", [holder, CAP]);
  await market.send(buyer, "token", "approve", [address, CAP]);
  await call(buyer.address, address, abi, "fund", [
    buyer.address,
    accounts.provider.address,
    market.at.token,
    CAP / 2n,
  ]);
  const signature = await buyer.signTypedData({
    domain: { name: "Naive Escrow", version: "1", chainId: CHAIN_ID, verifyingContract: address },
    types: {
      Release: [
        { name: "jobId", type: "uint256" },
        { name: "amount", type: "uint256" },
      ],
    },
    primaryType: "Release",
    message: { jobId: 0n, amount: CAP / 4n },
  });
  return (await call(accounts.stranger.address, address, abi, "settleSigned", [0n, CAP / 4n, signature])).gasUsed;
}
