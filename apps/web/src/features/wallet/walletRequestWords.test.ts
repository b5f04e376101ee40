import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { encodeFunctionData, parseEther } from "viem";
import { expect, test } from "vitest";
import { fixtureMarket, provider, vault } from "../../../test/fixtureMarket.ts";
import { wordsForTransaction, wordsForTypedData } from "./walletRequestWords.ts";

const market = fixtureMarket();

test("a payment says how much, to whom and until when", () => {
  const words = wordsForTypedData({
    primaryType: "TransferWithAuthorization",
    domain: { name: "Test Dollar", verifyingContract: market.contracts.token },
    message: { from: provider, to: vault, value: "258300", validAfter: "0", validBefore: "1780000300", nonce: "0x00" },
  });
  expect(words.title).toBe("Pay 0.2583 USD");
  expect(words.meaning).toContain(vault);
  expect(words.meaning).toContain(new Date(1_780_000_300_000).toLocaleString());
});

test("a withdrawal is told apart from other calls", () => {
  const data = encodeFunctionData({
    abi: escrowAbi,
    functionName: "withdraw",
    args: [provider, market.contracts.token],
  });
  const words = wordsForTransaction({ to: market.contracts.escrow, data }, market);
  expect(words.title).toBe("Withdraw your earnings");
  expect(words.details).toContainEqual(["Calls", "withdraw"]);
  expect(words.meaning).toContain("Send what you earned");
});

test("money sent to a stranger is never dressed up as something else", () => {
  const words = wordsForTransaction({ to: vault, value: parseEther("1") }, market);
  expect(words.meaning).toContain("Sends 1 ETH");
  expect(words.meaning).toContain("does not know");
});
