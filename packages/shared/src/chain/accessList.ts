import { type AccessList, type Address, type Hex, isAddressEqual } from "viem";

/** A contract that a transaction will call, and slots of it that it will read or write. */
export interface Touched {
  address: Address;
  slots: readonly Hex[];
}

/** Gas of EIP-2929 and EIP-2930: a first touch costs 2,100 a slot and 2,600 a contract; named before, 1,900 and 2,400, then 100. */
const SAVED_BY_SLOT = 2_100 - 1_900 - 100;
const SAVED_BY_ADDRESS = 2_600 - 2_400 - 100;
/** The called contract is no first touch anyway: naming it, as its slots need, only costs. */
const PRICE_OF_TARGET = 2_400;

/** Gas that an entry saves a transaction to `to`, if everything in it is touched. */
function savedBy(to: Address, { address, slots }: Touched): number {
  return slots.length * SAVED_BY_SLOT + (isAddressEqual(to, address) ? -PRICE_OF_TARGET : SAVED_BY_ADDRESS);
}

/**
 * EIP-2930 access list of a transaction to `to`: the entries that pay for themselves. A slot in the list that is not touched
 * costs 1,900 gas, so only what surely is belongs in it; the outcome of the transaction is the same with any list.
 */
export function accessListOf(to: Address, touched: readonly Touched[]): AccessList {
  return touched
    .map(({ address, slots }) => ({ address, slots: [...new Set(slots)] }))
    .filter((entry) => savedBy(to, entry) > 0)
    .map(({ address, slots }) => ({ address, storageKeys: slots }));
}

/**
 * Of a `captureBatch`: every lease's billing lies at the lease's id in the market, every account at its own in the escrow (ADR 0009).
 * @param verifier wrapper of the proofs' verifier, which the market calls
 */
export function captureAccessList(
  { market, escrow, verifier }: { market: Address; escrow: Address; verifier: Address },
  captures: readonly { leaseId: Hex; accountId: Hex }[],
): AccessList {
  return accessListOf(market, [
    { address: escrow, slots: captures.map(({ accountId }) => accountId) },
    { address: market, slots: captures.map(({ leaseId }) => leaseId) },
    { address: verifier, slots: [] },
  ]);
}

/** Of a `redeem`: the account of each voucher. */
export function redeemAccessList(escrow: Address, accountIds: readonly Hex[]): AccessList {
  return accessListOf(escrow, [{ address: escrow, slots: accountIds }]);
}
