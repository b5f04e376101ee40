import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { getTypesForEIP712Domain, serializeTypedData, verifyTypedData } from "viem";
import { beforeEach, expect, test } from "vitest";
import { buyer, fixtureMarket } from "../../../test/fixtureMarket.ts";
import { createConfirmations } from "./confirmations.ts";
import { type DevelopmentAccount, developmentWallet } from "./developmentWallet.ts";

const market = fixtureMarket();
const account = market.developmentAccounts?.[0] as DevelopmentAccount;

const acceptance = {
  domain: marketDomain(market.chainId, market.contracts.market),
  types: { Acceptance: marketTypes.Acceptance },
  primaryType: "Acceptance",
  message: { jobId: `0x${"1".repeat(64)}`, spent: 258_300n },
} as const;

/** As wallets are asked: the domain's own type goes along. */
const onTheWire = serializeTypedData({
  ...acceptance,
  types: { EIP712Domain: getTypesForEIP712Domain(acceptance), ...acceptance.types },
} as never);

function openWallet() {
  const confirmations = createConfirmations();
  const connector = developmentWallet(
    market,
    account,
    confirmations,
  )({
    chains: [{} as never],
    emitter: { emit: () => {} } as never,
    providers: [],
  });
  return { confirmations, connector };
}

beforeEach(() => localStorage.clear());

test("a visitor's address is not told before they connect, and is found again after a reload", async () => {
  const { connector } = openWallet();
  expect(await connector.getAccounts()).toEqual([]);
  expect(await connector.isAuthorized()).toBe(false);
  await connector.connect();
  expect(await connector.getAccounts()).toEqual([buyer]);
  expect(await openWallet().connector.isAuthorized()).toBe(true);
  await connector.disconnect();
  expect(await openWallet().connector.isAuthorized()).toBe(false);
});

test("a newcomer reads what a signature means before it is made", async () => {
  const { confirmations, connector } = openWallet();
  const provider = (await connector.getProvider()) as { request(call: object): Promise<`0x${string}`> };
  const signed = provider.request({ method: "eth_signTypedData_v4", params: [buyer, onTheWire] });
  const asked = confirmations.current();
  expect(asked?.words.title).toBe("Accept a bill of 0.2583 USD");
  expect(asked?.words.meaning).toContain("moves no new money");
  asked?.answer(true);
  expect(await verifyTypedData({ ...acceptance, address: buyer, signature: await signed })).toBe(true);
});

test("nothing is signed when the newcomer declines", async () => {
  const { confirmations, connector } = openWallet();
  const provider = (await connector.getProvider()) as { request(call: object): Promise<`0x${string}`> };
  const signed = provider.request({ method: "eth_signTypedData_v4", params: [buyer, onTheWire] });
  confirmations.current()?.answer(false);
  await expect(signed).rejects.toMatchObject({ code: 4001 });
});

test("a blind signature is refused without asking", async () => {
  const { confirmations, connector } = openWallet();
  const provider = (await connector.getProvider()) as { request(call: object): Promise<unknown> };
  await expect(provider.request({ method: "personal_sign", params: ["0x00", buyer] })).rejects.toMatchObject({
    code: 4001,
  });
  expect(confirmations.current()).toBeUndefined();
});
