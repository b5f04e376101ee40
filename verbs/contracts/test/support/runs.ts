import { accountIdOf } from "@gristmill/shared/chain/accountId";
import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import type { Terms } from "@gristmill/shared/job/terms";
import { packSpan } from "@gristmill/shared/receipt/span";
import type { Address, Hex } from "viem";
import { accounts, type TestAccount } from "./accounts.ts";
import { CHAIN_ID, DUMMY_PROOF, PRICE, type Receipt, type TestMarket } from "./market.ts";

/** One receipt of a lease that the tests made, ready for a batch. */
export interface Item {
  terms: Terms;
  receipt: Receipt;
  index?: number;
  proof?: unknown;
}

export interface RunOptions {
  /** "none": no signature, for runs that the node or the payee sends. */
  node?: TestAccount | "none";
  notary?: TestAccount | "none";
  payee?: Address;
  /** The addresses that the run claims, when they are not those who sign. */
  claimed?: { node?: Address; notary?: Address };
}

/** One run of `captureBatch`: its receipts under one signature of the node and one of the notary. */
export async function runOf(market: TestMarket, items: readonly Item[], options: RunOptions = {}) {
  const { node = accounts.node, notary = accounts.notary, payee = accounts.provider.address } = options;
  const domain = marketDomain(CHAIN_ID, market.at.market);
  const receipts = items.map(({ receipt }) => receipt);
  const ticks = receipts.map(({ leaseId, sequence, from, to, head }) => ({ leaseId, sequence, from, to, head }));
  const [receipt, tick] = [receipts[0], ticks[0]];
  const single = items.length === 1 && receipt && tick;
  const types = marketTypes;
  const nodeSignature: Hex =
    node === "none"
      ? "0x"
      : single
        ? await node.signTypedData({ domain, types, primaryType: "Receipt", message: receipt })
        : await node.signTypedData({ domain, types, primaryType: "Receipts", message: { receipts } });
  const notarySignature: Hex =
    notary === "none"
      ? "0x"
      : single
        ? await notary.signTypedData({ domain, types, primaryType: "Tick", message: tick })
        : await notary.signTypedData({ domain, types, primaryType: "Ticks", message: { ticks } });
  return {
    payee,
    node: options.claimed?.node ?? (node === "none" ? accounts.node.address : node.address),
    notary: options.claimed?.notary ?? (notary === "none" ? accounts.notary.address : notary.address),
    nodeSignature,
    notarySignature,
    outputs: receipts.filter(({ last }) => last).map(({ output }) => output),
    usages: items.map(({ terms, receipt: of, index = 0, proof = DUMMY_PROOF }) => ({
      accountId: accountIdOf(market.jobId(terms), payee, terms.buyer),
      head: of.head,
      span: packSpan({ ...of, index, feeBps: terms.feeBps, pricePerSecond: PRICE }),
      proof,
    })),
  };
}
