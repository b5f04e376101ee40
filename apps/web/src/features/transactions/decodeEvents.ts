import { assetAbi } from "@gristmill/shared/abi/asset";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { registryAbi } from "@gristmill/shared/abi/registry";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { type Abi, type Address, isAddressEqual, type Log, parseEventLogs } from "viem";

export interface DecodedEvent {
  name: string;
  logIndex: number;
  values: [name: string, value: string][];
}

const abi = [marketplaceAbi, escrowAbi, assetAbi, registryAbi, testDollarAbi].flat() as Abi;

/** Members of events and terms that are amounts of a token. */
const amounts = new Set(
  "amount cap earned fee fees paid refunded reserved spent toBuyer toPayee value minStake".split(" "),
);
const prices = new Set(["pricePerSecond", "pricePerSecondCap"]);

/**
 * The events of this market's contracts in a transaction; others are left out. Amounts are dollars with their unit.
 * @param dollar the payment token; stakes are kept in it, too
 */
export function decodeEvents(logs: Log[], dollar: Address): DecodedEvent[] {
  return parseEventLogs({ abi, logs }).map((event) => {
    const { eventName, args, logIndex } = event as unknown as {
      eventName: string;
      args: Record<string, unknown>;
      logIndex: number;
    };
    return { name: eventName, logIndex, values: valuesOf(args, dollar, "") };
  });
}

function valuesOf(args: Record<string, unknown>, dollar: Address, path: string): [string, string][] {
  const { token } = args;
  const inDollars = typeof token !== "string" || isAddressEqual(token as Address, dollar);
  return Object.entries(args).flatMap(([name, value]): [string, string][] => {
    if (typeof value === "object" && value !== null) {
      return valuesOf(value as Record<string, unknown>, dollar, `${path}${name}.`);
    }
    return [[`${path}${name}`, typeof value === "bigint" ? numberWords(name, value, inDollars) : String(value)]];
  });
}

function numberWords(name: string, value: bigint, inDollars: boolean): string {
  const per = prices.has(name) ? " / s" : "";
  if (per === "" && !amounts.has(name)) return value.toString();
  return inDollars ? `${formatUsd(value)} USD${per}` : `${value} atomic units${per}`;
}
