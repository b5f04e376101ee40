import { FIELD_SIZE } from "@gristmill/shared/receipt/tickChain";
import { encodeAbiParameters, type Hex, keccak256 } from "viem";

/** What was really measured of a workload between two ticks. Private: only its blinded commitment leaves the node. */
export interface UsageSample {
  /** CPU time used so far, milliseconds. */
  cpuMs: number;
  memoryBytes: number;
  /** Utilisation of the asset's real GPUs, percent; null without one. */
  gpuPercent: number | null;
}

/**
 * keccak256(abi.encode(cpuMs, memoryBytes, gpuPercent or 255, blind)) mod r. The blind keeps the few likely values from
 * being guessed.
 * @param blind 32 random bytes, kept in the journal
 */
export function sampleCommitment(sample: UsageSample, blind: Hex): bigint {
  const data = encodeAbiParameters(
    [{ type: "uint64" }, { type: "uint64" }, { type: "uint8" }, { type: "bytes32" }],
    [
      BigInt(Math.round(sample.cpuMs)),
      BigInt(Math.round(sample.memoryBytes)),
      Math.round(sample.gpuPercent ?? 255),
      blind,
    ],
  );
  return BigInt(keccak256(data)) % FIELD_SIZE;
}
