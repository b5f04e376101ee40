import { type Address, encodeAbiParameters, type Hex, keccak256, stringToBytes } from "viem";

/** `IModelRegistry.Model`: what a model's id stands for. */
export interface RegisteredModel {
  /** Verifier of the model's circuit. */
  groth16: Address;
  /** sha256 of the circuit's r1cs. */
  circuitHash: Hex;
  /** `commitModel` of the weights. */
  modelCommitment: bigint;
  /** sha256 of the model's file; zero for a private model. */
  weightsHash: Hex;
  semantics: number;
  metadata: string;
}

/** A model's id in the registry; equals `ModelRegistry.modelIdOf`. */
export function modelIdOf(model: RegisteredModel): Hex {
  return keccak256(
    encodeAbiParameters(
      [
        { type: "address" },
        { type: "bytes32" },
        { type: "uint256" },
        { type: "bytes32" },
        { type: "uint32" },
        { type: "bytes32" },
      ],
      [
        model.groth16,
        model.circuitHash,
        model.modelCommitment,
        model.weightsHash,
        model.semantics,
        keccak256(stringToBytes(model.metadata)),
      ],
    ),
  );
}
