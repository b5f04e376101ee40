import { assetAbi } from "@gristmill/shared/abi/asset";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { registryAbi } from "@gristmill/shared/abi/registry";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { type Abi, type Log, parseEventLogs } from "viem";

export interface DecodedEvent {
  name: string;
  logIndex: number;
  values: [name: string, value: string][];
}

const abi = [marketplaceAbi, escrowAbi, assetAbi, registryAbi, testDollarAbi].flat() as Abi;

/** The events of this market's contracts in a transaction; others are left out. */
export function decodeEvents(logs: Log[]): DecodedEvent[] {
  return parseEventLogs({ abi, logs }).map((event) => {
    const { eventName, args, logIndex } = event as unknown as {
      eventName: string;
      args: Record<string, unknown>;
      logIndex: number;
    };
    const values = Object.entries(args).map(([name, value]): [string, string] => [name, words(value)]);
    return { name: eventName, logIndex, values };
  });
}

function words(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? each.toString() : each));
}
