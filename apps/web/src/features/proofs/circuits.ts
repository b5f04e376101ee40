import usageKey from "@gristmill/shared/proof/keys/usage.json";
import { type VerificationKey, verificationKeySchema } from "@gristmill/shared/proof/verificationKey";

/** A circuit whose proofs this browser can check. */
export interface CheckableCircuit {
  title: string;
  key: VerificationKey;
  /** Names of the public values, in the proof's order. */
  publicInputs: readonly string[];
  shows: string;
  doesNotShow: string;
}

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
};
