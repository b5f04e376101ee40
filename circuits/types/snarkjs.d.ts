/** The part of snarkjs 0.7.6 (which ships no types) that the setup, the prover and the tests use. */
declare module "snarkjs" {
  export interface SnarkLogger {
    debug(message: string): void;
    info(message: string): void;
    warn(message: string): void;
    error(message: string): void;
  }

  export interface Groth16Proof {
    pi_a: [string, string, string];
    pi_b: [[string, string], [string, string], [string, string]];
    pi_c: [string, string, string];
    protocol: string;
    curve: string;
  }

  export interface VerificationKey {
    protocol: string;
    curve: string;
    nPublic: number;
    vk_alpha_1: string[];
    vk_beta_2: string[][];
    vk_gamma_2: string[][];
    vk_delta_2: string[][];
    vk_alphabeta_12: string[][][];
    IC: string[][];
  }

  /** A file on disk or one kept in memory. */
  export type FileLike = string | { type: "mem"; data?: Uint8Array };

  export const groth16: {
    fullProve(
      input: Record<string, unknown>,
      wasm: string | Uint8Array,
      zkey: string | Uint8Array,
    ): Promise<{ proof: Groth16Proof; publicSignals: string[] }>;
    prove(zkey: FileLike, witness: FileLike): Promise<{ proof: Groth16Proof; publicSignals: string[] }>;
    verify(key: VerificationKey, publicSignals: readonly string[], proof: Groth16Proof): Promise<boolean>;
  };

  export const wtns: {
    calculate(input: Record<string, unknown>, wasm: string | Uint8Array, out: FileLike): Promise<void>;
    check(r1cs: string, witness: FileLike, logger?: SnarkLogger): Promise<boolean>;
    exportJson(witness: FileLike): Promise<bigint[]>;
  };

  export const zKey: {
    newZKey(r1cs: string, ptau: string, zkey: string, logger?: SnarkLogger): Promise<Uint8Array | -1>;
    beacon(
      oldZkey: string,
      newZkey: string,
      name: string,
      beaconHash: string,
      iterationsExp: number,
      logger?: SnarkLogger,
    ): Promise<Uint8Array | false>;
    contribute(
      oldZkey: string,
      newZkey: string,
      name: string,
      entropy: string,
      logger?: SnarkLogger,
    ): Promise<Uint8Array | undefined>;
    verifyFromR1cs(r1cs: string, ptau: string, zkey: string, logger?: SnarkLogger): Promise<boolean>;
    exportVerificationKey(zkey: string): Promise<VerificationKey>;
    exportSolidityVerifier(zkey: string, templates: { groth16: string }): Promise<string>;
  };

  export const powersOfTau: {
    newAccumulator(curve: unknown, power: number, file: string, logger?: SnarkLogger): Promise<Uint8Array>;
    beacon(
      oldFile: string,
      newFile: string,
      name: string,
      beaconHash: string,
      iterationsExp: number,
      logger?: SnarkLogger,
    ): Promise<Uint8Array | false>;
    contribute(
      oldFile: string,
      newFile: string,
      name: string,
      entropy: string,
      logger?: SnarkLogger,
    ): Promise<Uint8Array>;
    preparePhase2(oldFile: string, newFile: string, logger?: SnarkLogger): Promise<void>;
    verify(file: string, logger?: SnarkLogger): Promise<boolean>;
  };

  export const r1cs: {
    info(file: string): Promise<{ nConstraints: number; nVars: number }>;
    exportJson(file: string): Promise<unknown>;
  };
}
