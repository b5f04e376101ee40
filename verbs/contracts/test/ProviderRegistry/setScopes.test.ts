import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, node, stranger, otherProvider } = accounts;
const may = async () =>
  Promise.all(["canStart", "canCapture", "canTick"].map((verb) => market().read("registry", verb, [node.address])));

describe("setScopes", () => {
  it("narrows what a stolen hot key can do, at once, and widens it again", async () => {
    expect(await may()).toEqual([true, true, true]);
    const { events } = await market().send(provider, "registry", "setScopes", [node.address, 2]);
    expect(events[0]).toMatchObject({ eventName: "NodeScopesSet", args: { node: node.address, scopes: 2 } });
    expect(await may()).toEqual([false, true, false]);
    await market().send(provider, "registry", "setScopes", [node.address, 7]);
    expect(await may()).toEqual([true, true, true]);
  });

  it("gives nothing back to a revoked key", async () => {
    await market().send(provider, "registry", "revokeNode", [node.address]);
    expect(await may()).toEqual([false, false, false]);
    await expectRevert(market().send(provider, "registry", "setScopes", [node.address, 7]), "NotYourNode");
  });

  it("reverts for others and for scopes that do not exist", async () => {
    await expectRevert(market().send(stranger, "registry", "setScopes", [node.address, 1]), "NotYourNode");
    for (const scopes of [0, 8])
      await expectRevert(market().send(provider, "registry", "setScopes", [node.address, scopes]), "UnknownScopes");
  });
});

describe("registeredOwnerOf", () => {
  const ownerOf = (account: string) => market().read("registry", "registeredOwnerOf", [account]);

  it("goes from a node to its provider, a revoked node too, and on to who stands behind it", async () => {
    expect(await ownerOf(node.address)).toBe(provider.address);
    await market().send(provider, "registry", "revokeNode", [node.address]);
    expect(await ownerOf(node.address)).toBe(provider.address);
    await market().send(provider, "registry", "offerOwner", [stranger.address]);
    expect(await ownerOf(node.address)).toBe(provider.address);
    await market().send(stranger, "registry", "acceptOwned", [provider.address]);
    expect(await ownerOf(node.address)).toBe(stranger.address);
  });

  it("binds nobody against its will: a party cannot claim an arbiter as its owner to be rid of it", async () => {
    await market().send(provider, "registry", "offerOwner", [stranger.address]);
    await expectRevert(market().send(otherProvider, "registry", "acceptOwned", [provider.address]), "OwnerNotOffered");
    expect(await ownerOf(provider.address)).toBe(provider.address);
    await market().send(stranger, "registry", "acceptOwned", [provider.address]);
    await expectRevert(market().send(provider, "registry", "offerOwner", [otherProvider.address]), "OwnerAlreadyBound");
  });
});
