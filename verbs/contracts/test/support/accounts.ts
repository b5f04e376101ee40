import { mnemonicToAccount } from "viem/accounts";

const account = (addressIndex: number) =>
  mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex });

/** The well-known development accounts, by the part each plays in the tests. */
export const accounts = {
  deployer: account(0),
  buyer: account(1),
  refundTo: account(2),
  provider: account(3),
  node: account(4),
  scheduler: account(5),
  notary: account(6),
  feeRecipient: account(7),
  stranger: account(8),
  otherProvider: account(9),
  otherNode: account(10),
};
export type TestAccount = (typeof accounts)[keyof typeof accounts];
