import privateDigitsKey from "@gristmill/shared/proof/keys/privateDigits.json";
import publicDigitsKey from "@gristmill/shared/proof/keys/publicDigits.json";
import usageKey from "@gristmill/shared/proof/keys/usage.json";
import {
  type VerificationKey,
  verificationKeyHash,
  verificationKeySchema,
} from "@gristmill/shared/proof/verificationKey";
import type { Hex } from "viem";

/** A circuit whose proofs this browser can check. */
export interface CheckableCircuit {
  title: string;
  key: VerificationKey;
  /** Names of the public values, in the proof's order. */
  publicInputs: readonly string[];
  shows: string;
  doesNotShow: string;
}

const inferenceInputs = ["context", "modelCommitment", "inputCommitment", "class"] as const;
const inferenceLimits =
  "That the model is right, or what it was trained on; that the input is a picture of anything. The machine that answered saw the input, and nothing shows that it forgot it.";

/** By the name that a copied proof carries. */
export const circuits: Record<string, CheckableCircuit> = {
  usage: {
    title: "usage proof",
    key: verificationKeySchema.parse(usageKey),
    publicInputs: ["context", "origin", "head", "from", "to"],
    shows:
      "The billed seconds, from and to, follow from hidden ticks with no gap between them, which end in this head; head, lease, payee and output belong together.",
    doesNotShow:
      "That useful work was done, or that node and notary did not agree on a lie. Their signatures over the head were checked by the contract when it took the capture, not here.",
  },
  publicDigits: {
    title: "proof of the answer",
    key: verificationKeySchema.parse(publicDigitsKey),
    publicInputs: inferenceInputs,
    shows:
      "The class is what the registered public model says of the input behind the commitment. The proof was made for this chain, market, lease, provider and model, and serves no other.",
    doesNotShow: inferenceLimits,
  },
  privateDigits: {
    title: "proof of the answer",
    key: verificationKeySchema.parse(privateDigitsKey),
    publicInputs: inferenceInputs,
    shows:
      "The class is what the weights behind the registered commitment say of the input behind its commitment; the weights stay hidden. The proof was made for this chain, market, lease, provider and model, and serves no other.",
    doesNotShow: inferenceLimits,
  },
};

/** Name of the circuit whose key has this hash. */
export function circuitOfKey(keyHash: Hex): string | undefined {
  return Object.keys(circuits).find((name) => {
    const circuit = circuits[name];
    return circuit !== undefined && verificationKeyHash(circuit.key) === keyHash;
  });
}
