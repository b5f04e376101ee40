import { parseSignature, toHex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { signAuthorization } from "../support/authorization.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { buyer, stranger } = accounts;

async function signed(from: `0x${string}` = buyer.address) {
  await market().send(stranger, "token", "mint", [from, 100n]);
  const authorization = {
    from,
    to: stranger.address,
    value: 40n,
    validAfter: 0n,
    validBefore: 2n ** 40n,
    nonce: toHex(1, { size: 32 }),
  };
  const signature = await signAuthorization(buyer, market().at.token, "TransferWithAuthorization", authorization);
  const head = [
    authorization.from,
    authorization.to,
    authorization.value,
    authorization.validAfter,
    authorization.validBefore,
    authorization.nonce,
  ];
  return { head, signature };
}
const transfer = (args: readonly unknown[]) => market().send(stranger, "token", "transferWithAuthorization", args);

describe("transferWithAuthorization", () => {
  it("takes a signature in bytes, once", async () => {
    const { head, signature } = await signed();
    await transfer([...head, signature]);
    expect(await market().tokens(stranger.address)).toBe(40n);
    await expectRevert(transfer([...head, signature]), "ERC3009UsedAuthorization");
  });

  it("takes v, r, s", async () => {
    const { head, signature } = await signed();
    const { r, s, yParity } = parseSignature(signature);
    await transfer([...head, 27 + yParity, r, s]);
    expect(await market().tokens(stranger.address)).toBe(40n);
  });

  it("takes the signature of a contract wallet's owner (EIP-1271)", async () => {
    const wallet = await market().deployMock("ContractWallet", [buyer.address]);
    const { head, signature } = await signed(wallet.address);
    await transfer([...head, signature]);
    expect(await market().tokens(stranger.address)).toBe(40n);
  });

  it("reverts for another amount than the signed one", async () => {
    const { head, signature } = await signed();
    head[2] = 41n;
    await expectRevert(transfer([...head, signature]), "ERC3009InvalidSignature");
  });
});

describe("the token", () => {
  it("names itself as its EIP-712 domain does: x402 clients sign over these", async () => {
    const domain = await market().read<readonly unknown[]>("token", "eip712Domain");
    expect([domain[1], domain[2]]).toEqual([
      await market().read("token", "name"),
      await market().read("token", "version"),
    ]);
    expect([domain[1], domain[2]]).toEqual(["Test Dollar", "1"]);
    expect(await market().read("token", "decimals")).toBe(6);
    expect(await market().read("token", "symbol")).toBe("tUSD");
  });
});
