/** The parts of a snarkjs verification key that tell whether phase 2 had a contribution. */
export interface ContributableKey {
  vk_gamma_2: readonly (readonly string[])[];
  vk_delta_2: readonly (readonly string[])[];
}

/** Thrown for a verification key that anybody could forge proofs for. */
export class UncontributedKeyError extends Error {
  readonly code = "UNCONTRIBUTED_KEY";

  constructor() {
    super(
      "this verification key has delta = gamma: phase 2 never had a contribution, and anyone can forge a proof " +
        "(A = alpha, B = beta, C = -L). Rebuild it with `node circuits/scripts/build.ts`.",
    );
    this.name = "UncontributedKeyError";
  }
}

/**
 * Refuses a Groth16 key whose phase 2 has no contribution.
 *
 * `snarkjs zkey new` sets both gamma and delta to the G2 generator. With delta = gamma the verification equation
 * `e(A,B) = e(alpha,beta) * e(L,gamma) * e(C,delta)` holds for A = alpha, B = beta, C = -L, for any public inputs.
 * delta = -gamma (C = L) is as open, so x coordinates are compared.
 *
 * @throws UncontributedKeyError
 */
export function assertContributed(key: ContributableKey): void {
  const [gammaX] = key.vk_gamma_2;
  const [deltaX] = key.vk_delta_2;
  if (!gammaX || !deltaX || gammaX.length !== 2 || deltaX.length !== 2) {
    throw new TypeError("not a snarkjs Groth16 verification key: gamma or delta is missing");
  }
  if (gammaX.every((coordinate, index) => BigInt(coordinate) === BigInt(deltaX[index] ?? -1))) {
    throw new UncontributedKeyError();
  }
}
