import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { termsForChain } from "@gristmill/shared/job/terms";
import { type Abi, type Address, encodeFunctionData, type Hex, hexToBytes, keccak256, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { accounts } from "../../contracts/test/support/accounts.ts";
import { CAP, CHAIN_ID, createMarket } from "../../contracts/test/support/market.ts";
import { type SignedVoucher, signVoucher } from "../../contracts/test/support/vouchers.ts";

/** Gas of one call, and what of it the parts take; all in gas a job. */
export interface Cost {
  jobs: number;
  gas: number;
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
  gas = 2_000_000,
) {
  const data = encodeFunctionData({ abi, functionName, args });
  const request = { method: "eth_sendTransaction", params: [{ from, to, data, gas: toHex(gas) }] };
  const hash = (await market.provider.request(request)) as Hex;
  const receipt = await market.publicClient.getTransactionReceipt({ hash });
  if (receipt.status !== "success") throw new Error(`${functionName} reverted`);
  return { hash, gasUsed: Number(receipt.gasUsed), data };
}

export const calldataGas = (data: Hex) => hexToBytes(data).reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), 0);
const cost = (jobs: number, sent: { gasUsed: number; data: Hex }): Cost => ({
  jobs,
  gas: sent.gasUsed / jobs,
  calldata: calldataGas(sent.data) / jobs,
  base: 21_000 / jobs,
});

/** Redeems vouchers of that many buyers in one call, for each batch size; the provider has been paid before. */
export async function benchVouchers(sizes: readonly number[]): Promise<{ costs: Cost[]; naive: number }> {
  // An escrow whose market is a test account: vouchers do not ask the market anything.
  const parameters = await market.deployMock("FixedParameters", [[market.at.token], 1000n, 3600n]);
  const { address: escrow } = await market.deployMock("JobEscrow", [
    driver.address,
    driver.address,
    parameters.address,
  ]);
  const payee = accounts.provider.address;
  const funder = accounts.stranger.address;
  const total = sizes.reduce((sum, size) => sum + size, 0) + 1;
  await market.send(accounts.stranger, "token", "mint", [funder, CAP * BigInt(total + 1)]);
  await market.send(accounts.stranger, "token", "approve", [escrow, CAP * BigInt(total + 1)]);

  const base = await market.terms();
  const vouchers: SignedVoucher[] = [];
  for (let index = 0; index < total; index++) {
    const buyer = privateKeyToAccount(keccak256(toHex(`buyer ${index}`)));
    const terms = termsForChain({ ...base, buyer: buyer.address, salt: toHex(index, { size: 32 }) });
    await call(funder, escrow, escrowAbi as Abi, "depositFrom", [terms, CAP]);
    await call(driver.address, escrow, escrowAbi as Abi, "reserve", [terms, payee, CAP / 2n]);
    const jobId = await market.publicClient.readContract({
      address: escrow,
      abi: escrowAbi,
      functionName: "jobIdOf",
      args: [terms],
    });
    vouchers.push(await signVoucher(escrow, { jobId, payee, spent: 300_000n }, buyer, CHAIN_ID));
  }
  const redeem = (some: typeof vouchers) =>
    call(funder, escrow, escrowAbi as Abi, "redeem", [market.at.token, payee, some, true], 16_000_000);
  await redeem(vouchers.splice(0, 1));
  const costs: Cost[] = [];
  for (const size of sizes) {
    const sent = await redeem(vouchers.splice(0, size));
    costs.push(cost(size, sent));
  }

  return { costs, naive: await naiveSigned() };
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
