import { poseidon3 } from "poseidon-lite/poseidon3";
import { type Address, encodeAbiParameters, type Hex, keccak256 } from "viem";
import { BaseError } from "../errors/baseError.ts";

/** Order r of BN254's scalar field: heads, samples and public inputs are below it. */
export const FIELD_SIZE = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** Most ticks in one receipt (circuits/circuits.json, first parameter of UsageProof). */
export const MAX_TICKS = 16;

/** Most seconds between two ticks of a receipt (second parameter of UsageProof). */
export const MAX_TICK_SECONDS = 60;

/** What one tick chain belongs to. */
export interface TickChainOwner {
  chainId: number;
  /** The market contract. */
  market: Address;
  leaseId: Hex;
  /** Account that the lease pays. */
  payee: Address;
  /** Number of the receipt within the lease. */
  sequence: number;
}

/**
 * Seed of a receipt's tick chain: `keccak256(abi.encode(uint256 chainId, address market, bytes32 leaseId,
 * address payee, uint32 sequence)) mod r`, which the contract computes too.
 */
export function tickOrigin({ chainId, market, leaseId, payee, sequence }: TickChainOwner): bigint {
  return hashToField(
    encodeAbiParameters(
      [{ type: "uint256" }, { type: "address" }, { type: "bytes32" }, { type: "address" }, { type: "uint32" }],
      [BigInt(chainId), market, leaseId, payee, sequence],
    ),
  );
}

/**
 * What a usage proof is bound to besides its ticks: `keccak256(abi.encode(uint256 origin, bytes32 output)) mod r`.
 *
 * @param output - the output commitment of the receipt; zero before the last receipt.
 */
export function tickContext(origin: bigint, output: Hex): bigint {
  return hashToField(encodeAbiParameters([{ type: "uint256" }, { type: "bytes32" }], [origin, output]));
}

/**
 * Head of the chain after one more tick: circomlib's Poseidon over (head, elapsed, sample).
 *
 * @param head - head before the tick; the origin for the first one.
 * @param elapsed - whole seconds since the lease began, below 2^32.
 * @param sample - blinded commitment to the private sample.
 * @throws BaseError `invalid_request` for a value outside the field (poseidon-lite would reduce it silently).
 */
export function nextHead(head: bigint, elapsed: number, sample: bigint): bigint {
  if (!Number.isInteger(elapsed) || elapsed < 0 || elapsed >= 2 ** 32) {
    throw new BaseError("invalid_request", `elapsed must be whole seconds below 2^32, got ${elapsed}`);
  }
  return poseidon3([fieldElement("head", head), BigInt(elapsed), fieldElement("sample", sample)]);
}

/** Returns the value if it is below the field's order, so that it means the same everywhere. */
export function fieldElement(name: string, value: bigint): bigint {
  if (value < 0n || value >= FIELD_SIZE) {
    throw new BaseError("invalid_request", `${name} must be a field element (0 <= ${name} < r)`, {
      details: { [name]: value.toString() },
    });
  }
  return value;
}

function hashToField(data: Hex): bigint {
  return BigInt(keccak256(data)) % FIELD_SIZE;
}
