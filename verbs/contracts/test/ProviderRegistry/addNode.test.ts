import { registryDomain, registryTypes } from "@gristmill/shared/chain/registryTypedData";
import { describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { CHAIN_ID } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, node, otherProvider, otherNode, stranger } = accounts;

describe("addNode", () => {
  it("registers the provider, adds the node and hands it its gas money", async () => {
    const before = await market().publicClient.getBalance(otherNode);
    const { events } = await market().pair(otherProvider, otherNode, 5n);
    expect(events.map((event) => event.eventName)).toEqual(["ProviderRegistered", "NodeAdded"]);
    expect(await market().read("registry", "providerOf", [otherNode.address])).toBe(otherProvider.address);
    expect(await market().read("registry", "isProvider", [otherProvider.address])).toBe(true);
    expect(await market().publicClient.getBalance(otherNode)).toBe(before + 5n);
  });

  it("registers a provider once", async () => {
    const { events } = await market().pair(provider, otherNode);
    expect(events.map((event) => event.eventName)).toEqual(["NodeAdded"]);
  });

  it("reverts for a node that has a provider, its own included", async () => {
    for (const by of [provider, otherProvider])
      await expectRevert(market().pair(by, node), "NodeTaken", [node.address, provider.address]);
  });

  async function add(
    signer: TestAccount,
    overrides: { provider?: TestAccount; chainId?: number; late?: boolean } = {},
  ) {
    const deadline = BigInt((await market().now()) + (overrides.late ? -1 : 100));
    const signature = await signer.signTypedData({
      domain: registryDomain(overrides.chainId ?? CHAIN_ID, market().at.registry),
      types: registryTypes,
      primaryType: "Pairing",
      message: { provider: (overrides.provider ?? otherProvider).address, node: otherNode.address, deadline },
    });
    return market().send(otherProvider, "registry", "addNode", [otherNode.address, deadline, signature]);
  }

  it("reverts without the node's own signature: nobody claims another's machine", async () => {
    await expectRevert(add(stranger), "BadPairingSignature", [otherNode.address]);
  });

  it("reverts for a pairing signed for another provider or another chain", async () => {
    await expectRevert(add(otherNode, { provider: stranger }), "BadPairingSignature");
    await expectRevert(add(otherNode, { chainId: 1 }), "BadPairingSignature");
  });

  it("reverts past the deadline", async () => {
    await expectRevert(add(otherNode, { late: true }), "PairingExpired");
  });
});

describe("revokeNode", () => {
  it("takes effect at once and for ever: a stolen key pairs with nobody again", async () => {
    const { events } = await market().send(provider, "registry", "revokeNode", [node.address]);
    expect(events[0]).toMatchObject({
      eventName: "NodeRevoked",
      args: { provider: provider.address, node: node.address },
    });
    expect(await market().read("registry", "providerOf", [node.address])).toBe(market().nobody);
    for (const by of [provider, otherProvider]) await expectRevert(market().pair(by, node), "NodeTaken");
  });

  it("reverts for anybody but the node's provider, and twice", async () => {
    await expectRevert(market().send(stranger, "registry", "revokeNode", [node.address]), "NotYourNode", [
      node.address,
      provider.address,
    ]);
    await market().send(provider, "registry", "revokeNode", [node.address]);
    await expectRevert(market().send(provider, "registry", "revokeNode", [node.address]), "NotYourNode");
  });
});
