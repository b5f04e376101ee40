import type { VerificationKey } from "@gristmill/shared/proof/verificationKey";

/** What the page hands to the worker; snarkjs' JSON forms. */
export interface ProofCheck {
  key: VerificationKey;
  publicInputs: readonly string[];
  proof: {
    pi_a: [string, string, string];
    pi_b: [[string, string], [string, string], [string, string]];
    pi_c: [string, string, string];
    protocol: "groth16";
    curve: "bn128";
  };
}

/** What it answers. */
export type ProofAnswer = { holds: boolean } | { problem: string };

/** Checks a proof in a worker of its own. @throws when snarkjs could not judge it at all */
export function checkProof(check: ProofCheck): Promise<boolean> {
  const worker = new Worker(new URL("./proofWorker.ts", import.meta.url), { type: "module" });
  return new Promise<boolean>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<ProofAnswer>) => {
      if ("holds" in data) resolve(data.holds);
      else reject(new Error(data.problem));
    };
    worker.onerror = ({ message }) => reject(new Error(message || "the browser refused to start the checker"));
    worker.postMessage(check);
  }).finally(() => worker.terminate());
}
