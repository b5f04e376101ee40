import { type Hex, keccak256, numberToHex } from "viem";
import { z } from "zod";

const coordinate = z.string().regex(/^(0|[1-9]\d{0,77})$/);
const pointG1 = z.tuple([coordinate, coordinate, z.literal("1")]);
const pointG2 = z.tuple([
  z.tuple([coordinate, coordinate]),
  z.tuple([coordinate, coordinate]),
  z.tuple([z.literal("1"), z.literal("0")]),
]);

/** A Groth16 verification key in snarkjs' JSON form. */
export const verificationKeySchema = z.object({
  protocol: z.literal("groth16"),
  curve: z.literal("bn128"),
  nPublic: z.int().min(1),
  vk_alpha_1: pointG1,
  vk_beta_2: pointG2,
  vk_gamma_2: pointG2,
  vk_delta_2: pointG2,
  IC: z.array(pointG1).min(2),
});
export type VerificationKey = z.infer<typeof verificationKeySchema>;

/**
 * All coordinates of a key: alpha, beta, gamma, delta, IC, in the order of the Solidity verifier (EIP-197: the imaginary part of a
 * G2 coordinate first).
 */
export function verificationKeyWords(key: VerificationKey): bigint[] {
  const g2 = ([x, y]: VerificationKey["vk_beta_2"]) => [x[1], x[0], y[1], y[0]];
  const coordinates = [
    ...key.vk_alpha_1.slice(0, 2),
    ...g2(key.vk_beta_2),
    ...g2(key.vk_gamma_2),
    ...g2(key.vk_delta_2),
    ...key.IC.flatMap((point) => point.slice(0, 2)),
  ];
  return coordinates.map(BigInt);
}

/** keccak256 over `verificationKeyWords`, 32 bytes each. The deployed verifier answers the same `verificationKeyHash()`. */
export function verificationKeyHash(key: VerificationKey): Hex {
  const words = verificationKeyWords(key).map((word) => numberToHex(word, { size: 32 }).slice(2));
  return keccak256(`0x${words.join("")}`);
}
