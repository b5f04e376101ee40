import { encodeAbiParameters, type Hex, keccak256, stringToBytes } from "viem";

const TYPEHASH = keccak256(stringToBytes("InferenceWorkload(bytes32 modelId,uint256 inputCommitment,bytes32 spec)"));

/**
 * `terms.workload` of a job that a proven answer pays; equals the market's `inferenceWorkloadOf`. The chain recomputes it, so
 * that only a proof about the ordered model and input is paid.
 *
 * @param spec - keccak256 of the workload's canonical JSON
 */
export function inferenceWorkload(modelId: Hex, inputCommitment: bigint, spec: Hex): Hex {
  const types = [{ type: "bytes32" }, { type: "bytes32" }, { type: "uint256" }, { type: "bytes32" }] as const;
  return keccak256(encodeAbiParameters(types, [TYPEHASH, modelId, inputCommitment, spec]));
}
