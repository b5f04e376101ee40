import { assetAbi } from "@gristmill/shared/abi/asset";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { registryAbi } from "@gristmill/shared/abi/registry";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { SIGN_IN_STATEMENT } from "@gristmill/shared/api/signInMessage";
import type { Market } from "@gristmill/shared/chain/market";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { type Abi, type Address, decodeFunctionData, formatEther, type Hex, isAddressEqual } from "viem";
import { parseSiweMessage } from "viem/siwe";

/** What a wallet request means, for a person who has never seen one. */
export interface WalletRequestWords {
  kind: "signature" | "transaction";
  title: string;
  /** What agreeing does, and the most it can cost. */
  meaning: string;
  /** The content that is signed, decoded. */
  details: [name: string, value: string][];
}

export interface TypedDataRequest {
  primaryType: string;
  domain: Record<string, unknown>;
  message: Record<string, unknown>;
}

const text = (value: unknown): string =>
  typeof value === "object" && value !== null
    ? JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? each.toString() : each))
    : String(value);

const moment = (value: unknown): string => new Date(Number(value) * 1000).toLocaleString();

/** Words for an EIP-712 signature request. */
export function wordsForTypedData(request: TypedDataRequest): WalletRequestWords {
  const { message } = request;
  const details: [string, string][] = [
    ["Signed for", text(request.domain.name)],
    ["Contract", text(request.domain.verifyingContract)],
    ...Object.entries(message).map(([name, value]): [string, string] => [name, text(value)]),
  ];
  switch (request.primaryType) {
    case "TransferWithAuthorization": {
      const amount = formatUsd(BigInt(text(message.value)));
      return {
        kind: "signature",
        title: `Pay ${amount} USD`,
        meaning: `Allows one transfer of ${amount} USD to ${text(message.to)}, once, until ${moment(message.validBefore)}. It costs no gas and allows nothing else.`,
        details,
      };
    }
    case "Acceptance": {
      const spent = formatUsd(BigInt(text(message.spent)));
      return {
        kind: "signature",
        title: `Accept a bill of ${spent} USD`,
        meaning: `Says that ${spent} USD, fee included, is right for this job. The provider is paid at once and the rest goes back to you. It moves no new money.`,
        details,
      };
    }
    default:
      return {
        kind: "signature",
        title: `Sign "${request.primaryType}"`,
        meaning: "This page does not know this kind of message. Sign it only if you know what it is for.",
        details,
      };
  }
}

/**
 * Words for a message in plain text: only a sign-in to this very page.
 * @returns undefined: nothing that can be explained
 */
export function wordsForMessage(message: string, host: string): WalletRequestWords | undefined {
  const { domain, address, statement, uri, chainId, nonce } = parseSiweMessage(message);
  if (domain !== host || statement !== SIGN_IN_STATEMENT || !address) return undefined;
  return {
    kind: "signature",
    title: "Sign in",
    meaning:
      "Proves that this wallet is yours, so that your jobs are shown to you. It costs nothing and moves no money.",
    details: [
      ["For", domain],
      ["Wallet", address],
      ["Address of the page", text(uri)],
      ["Chain", text(chainId)],
      ["Good once, as", text(nonce)],
    ],
  };
}

/** Titles for people; the contract's own word stands among the details. */
const titles: Record<string, string> = {
  addNode: "Accept this machine",
  revokeNode: "Shut this machine out",
  mint: "Create the asset",
  renew: "Renew the asset",
  list: "List this GPU",
  reprice: "Change the price",
  unlist: "Take it off the market",
  withdraw: "Withdraw your earnings",
  release: "Release earnings",
  settle: "Close the job",
  reclaim: "Take the rest back",
  returnVault: "Take the payment back",
};

const verbs: Record<string, string> = {
  addNode: "Accept a machine as yours: its key may work for your assets and submit their usage.",
  revokeNode: "Shut a machine out: it starts no lease any more.",
  mint: "Create the asset that stands for this machine's GPU. You own it.",
  renew: "Renew what is known about the asset.",
  list: "Publish a price. Buyers can rent the asset from now on.",
  reprice: "Change the price for new leases. Running ones keep theirs.",
  unlist: "Take the asset off the market. Running leases go on.",
  withdraw: "Send what you earned to your own account.",
  release: "Move what is due to the provider's balance.",
  settle: "Close the job and send the rest back to the buyer.",
  returnVault: "Send what is in the job's vault back to the buyer.",
  reclaim: "Close the job, which is past its last deadline, and send the rest back to the buyer.",
};

/** Words for a transaction request. */
export function wordsForTransaction(
  transaction: { to?: Address | undefined; data?: Hex | undefined; value?: bigint | undefined },
  market: Pick<Market, "contracts">,
): WalletRequestWords {
  const { contracts } = market;
  const known: [string, Address, Abi][] = [
    ["Marketplace", contracts.market, marketplaceAbi],
    ["Escrow", contracts.escrow, escrowAbi],
    ["Assets", contracts.asset, assetAbi],
    ["Providers", contracts.registry, registryAbi],
    ["Test dollar", contracts.token, testDollarAbi],
  ];
  const { to, data } = transaction;
  const value = transaction.value ?? 0n;
  const target = to && known.find(([, address]) => isAddressEqual(address, to));
  const sends: [string, string][] = value > 0n ? [["Sends along", `${formatEther(value)} ETH`]] : [];
  const goes: [string, string] = ["To", target ? `${target[0]} ${to}` : (to ?? "a new contract")];
  if (!target || !data) {
    return {
      kind: "transaction",
      title: "Send a transaction",
      meaning: `${value > 0n ? `Sends ${formatEther(value)} ETH. ` : ""}This page does not know what it does. Agree only if you do.`,
      details: [goes, ...sends],
    };
  }
  const call = decodeFunctionData({ abi: target[2], data });
  const item = target[2].find((each) => each.type === "function" && each.name === call.functionName);
  const inputs = item?.type === "function" ? item.inputs : [];
  return {
    kind: "transaction",
    title: titles[call.functionName] ?? `${target[0]}: ${call.functionName}`,
    meaning: `${verbs[call.functionName] ?? "Calls one of the market's contracts."} You pay gas${value > 0n ? ` and send ${formatEther(value)} ETH along` : ""}.`,
    details: [
      goes,
      ["Calls", call.functionName],
      ...sends,
      ...(call.args ?? []).map((arg, index): [string, string] => [inputs[index]?.name ?? `${index}`, text(arg)]),
    ],
  };
}
