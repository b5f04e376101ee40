import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { registryDomain, registryTypes } from "@gristmill/shared/chain/registryTypedData";
import { type NodeMessage, protocolVersion } from "@gristmill/shared/heartbeat/nodeMessages";
import type { Manifest } from "@gristmill/shared/manifest/manifest";
import type { Address, Hex, LocalAccount } from "viem";
import type { HandshakePlace } from "../src/adapters/ws/verifyHello.ts";

const DEADLINE = 4_000_000_000;

/** A node's answer to the challenge. `signer` other than the node's account makes one that must be refused. */
export async function signedHello(node: {
  account: LocalAccount;
  provider: Address;
  manifest: Manifest;
  nodeKey: Hex;
  challenge: { nonce: Hex; schedulerKey: Hex };
  place: HandshakePlace;
  signer?: LocalAccount;
}): Promise<Extract<NodeMessage, { type: "hello" }>> {
  const { account, provider, manifest, nodeKey, challenge, place, signer = account } = node;
  const { nonce, schedulerKey } = challenge;
  return {
    type: "hello",
    version: protocolVersion,
    node: account.address,
    nodeKey,
    signature: await signer.signTypedData({
      domain: marketDomain(place.chainId, place.market),
      types: { Handshake: marketTypes.Handshake },
      primaryType: "Handshake",
      message: { node: account.address, scheduler: place.scheduler, schedulerKey, nodeKey, nonce },
    }),
    manifest,
    pairing: {
      provider,
      deadline: DEADLINE,
      signature: await account.signTypedData({
        domain: registryDomain(place.chainId, place.registry),
        types: registryTypes,
        primaryType: "Pairing",
        message: { provider, node: account.address, deadline: BigInt(DEADLINE) },
      }),
    },
  };
}
