import { type Address, encodeAbiParameters, type Hex, keccak256 } from "viem";

/** A payee's side of a job in the escrow: what a capture books on. */
export function accountIdOf(jobId: Hex, payee: Address, buyer: Address): Hex {
  return keccak256(
    encodeAbiParameters([{ type: "bytes32" }, { type: "address" }, { type: "address" }], [jobId, payee, buyer]),
  );
}
