import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { registryDomain, registryTypes } from "@gristmill/shared/chain/registryTypedData";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { NodeMessage } from "@gristmill/shared/heartbeat/nodeMessages";
import { type Address, type Hex, isAddressEqual, verifyTypedData } from "viem";

export interface HandshakePlace {
  chainId: number;
  market: Address;
  registry: Address;
  scheduler: Address;
}

/**
 * Checks that the node holds its key and means this connection (its nonce and session keys), that its manifest is its own, and that the pairing it shows
 * to a provider would hold on chain.
 * @throws BaseError `handshake_refused`
 */
export async function verifyHello(
  hello: Extract<NodeMessage, { type: "hello" }>,
  { nonce, schedulerKey }: { nonce: Hex; schedulerKey: Hex },
  place: HandshakePlace,
): Promise<void> {
  const { node, nodeKey, signature, manifest, pairing } = hello;
  const handshake = verifyTypedData({
    address: node,
    domain: marketDomain(place.chainId, place.market),
    types: { Handshake: marketTypes.Handshake },
    primaryType: "Handshake",
    message: { node, scheduler: place.scheduler, schedulerKey, nodeKey, nonce },
    signature,
  });
  // A signature of the wrong length throws instead of answering no.
  if (!(await handshake.catch(() => false))) {
    throw new BaseError("handshake_refused", "The signature over the challenge is not this node's.");
  }
  if (!isAddressEqual(manifest.node, node)) {
    throw new BaseError("handshake_refused", "The manifest names another node.");
  }
  const paired = verifyTypedData({
    address: node,
    domain: registryDomain(place.chainId, place.registry),
    types: { Pairing: registryTypes.Pairing },
    primaryType: "Pairing",
    message: { provider: pairing.provider, node, deadline: BigInt(pairing.deadline) },
    signature: pairing.signature,
  });
  if (!(await paired.catch(() => false))) {
    throw new BaseError("handshake_refused", "The pairing is not signed by this node.");
  }
}
