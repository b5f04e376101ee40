import { type Address, encodeAbiParameters, type Hex, keccak256 } from "viem";
import { FIELD_SIZE } from "../receipt/tickChain.ts";

/** What one verified inference is made for. */
export interface InferenceOwner {
  chainId: number;
  /** The contract that pays for the proof. */
  market: Address;
  leaseId: Hex;
  /** Account that the lease pays. */
  payee: Address;
  /** Id of the model in the registry. */
  modelId: Hex;
}

/**
 * What an inference proof is bound to: `keccak256(abi.encode(uint256 chainId, address market, bytes32 leaseId,
 * address payee, bytes32 modelId)) mod r`, which the contract computes too.
 */
export function inferenceContext({ chainId, market, leaseId, payee, modelId }: InferenceOwner): bigint {
  const encoded = encodeAbiParameters(
    [{ type: "uint256" }, { type: "address" }, { type: "bytes32" }, { type: "address" }, { type: "bytes32" }],
    [BigInt(chainId), market, leaseId, payee, modelId],
  );
  return BigInt(keccak256(encoded)) % FIELD_SIZE;
}
