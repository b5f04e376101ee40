import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Groth16Proof, groth16 } from "snarkjs";
import { z } from "zod";

/** A proof and the public signals it is about, in snarkjs' JSON form. */
export interface BackendProof {
  proof: Groth16Proof;
  publicSignals: string[];
}

/** Makes a Groth16 proof of a witness. Whatever it answers is verified against the locked key before anyone uses it. */
export type ProverBackend = (zkey: { path: string; bytes: Uint8Array }, witness: Uint8Array) => Promise<BackendProof>;

/** snarkjs, from the bytes whose hash was checked. */
export const snarkjsBackend: ProverBackend = ({ bytes }, witness) =>
  groth16.prove({ type: "mem", data: bytes }, { type: "mem", data: witness });

const decimal = z.string().regex(/^\d{1,78}$/);
const point = z.tuple([decimal, decimal, decimal]);
const pair = z.tuple([decimal, decimal]);
const proofSchema = z.looseObject({ pi_a: point, pi_b: z.tuple([pair, pair, pair]), pi_c: point });
const publicSchema = z.array(decimal).min(1);

/**
 * A native prover with the command line of rapidsnark's: `PROGRAM zkey wtns proof.json public.json`. It gets an empty
 * environment. The witness is private: its file lies in a folder of this child alone, and goes with the proof's.
 */
export function externalBackend(program: string, scratchDir: string): ProverBackend {
  const file = (name: string) => join(scratchDir, name);
  const files = { witness: file("witness.wtns"), proof: file("proof.json"), signals: file("public.json") };
  return async ({ path }, witness) => {
    try {
      writeFileSync(files.witness, witness, { mode: 0o600 });
      await promisify(execFile)(program, [path, files.witness, files.proof, files.signals], {
        env: {},
        cwd: scratchDir,
        maxBuffer: 1 << 24,
      });
      const { pi_a, pi_b, pi_c } = proofSchema.parse(readJson(files.proof));
      const publicSignals = publicSchema.parse(readJson(files.signals));
      return { proof: { pi_a, pi_b, pi_c, protocol: "groth16", curve: "bn128" }, publicSignals };
    } catch (error) {
      const { stderr = "", message } = error as Error & { stderr?: string };
      throw new Error(`the native prover ${program} failed: ${stderr.trim() || message}`, { cause: error });
    } finally {
      for (const path of Object.values(files)) rmSync(path, { force: true });
    }
  };
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
