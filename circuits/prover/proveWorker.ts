/**
 * The prover's child process: makes one proof at a time and verifies every one before it answers.
 * A process, because snarkjs crashes inside worker threads, and because a process can be killed half way.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Groth16Proof, groth16, type VerificationKey, wtns } from "snarkjs";
import { externalBackend, snarkjsBackend } from "./proverBackend.ts";
import { type ProveReply, type ProveRequest, proveRequestSchema } from "./proverMessages.ts";

interface Loaded {
  wasm: Uint8Array;
  zkey: Uint8Array;
  key: VerificationKey;
}

class ProveFailure extends Error {
  readonly reason: "artifact" | "witness" | "proof";

  constructor(reason: ProveFailure["reason"], message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** Artifacts already read and checked, by their hashes: a warm child reads them once. */
const loaded = new Map<string, Loaded>();

const send = (reply: ProveReply) => process.send?.(reply);

/** Reads a file and hands out the very bytes that were hashed, so that a swap after the check changes nothing. */
function readLocked(path: string, sha256: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new ProveFailure("artifact", `cannot read ${path}: run \`node circuits/scripts/build.ts\``, error);
  }
  const actual = createHash("sha256").update(bytes).digest("hex");
  if (actual !== sha256) {
    throw new ProveFailure("artifact", `${path} is not the locked file (expected sha256 ${sha256}, got ${actual})`);
  }
  return bytes;
}

function load({ artifacts }: ProveRequest): Loaded {
  const { sha256 } = artifacts;
  const name = `${sha256.wasm}${sha256.zkey}${sha256.verificationKey}`;
  const known = loaded.get(name);
  if (known) return known;
  const fresh = {
    wasm: new Uint8Array(readLocked(artifacts.wasm, sha256.wasm)),
    zkey: new Uint8Array(readLocked(artifacts.zkey, sha256.zkey)),
    key: JSON.parse(readLocked(artifacts.verificationKey, sha256.verificationKey).toString("utf8")) as VerificationKey,
  };
  loaded.set(name, fresh);
  return fresh;
}

async function prove(request: ProveRequest): Promise<void> {
  const { id, input, program, scratchDir, artifacts } = request;
  const stage = (name: Extract<ProveReply, { type: "stage" }>["stage"]) => send({ type: "stage", id, stage: name });
  stage("loading");
  const { wasm, zkey, key } = load(request);

  stage("witness");
  const started = performance.now();
  const witness: { type: "mem"; data?: Uint8Array } = { type: "mem" };
  try {
    await wtns.calculate(input, wasm, witness);
  } catch (error) {
    const detail = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new ProveFailure("witness", `the input breaks a constraint of the circuit: ${detail}`, error);
  }
  const witnessMs = performance.now() - started;

  stage("proving");
  const backend = program === undefined ? snarkjsBackend : externalBackend(program, scratchDir);
  const { proof, publicSignals } = await backend(
    { path: artifacts.zkey, bytes: zkey },
    witness.data ?? new Uint8Array(),
  );
  const proveMs = performance.now() - started;

  stage("verifying");
  const verifying = performance.now();
  if (!(await groth16.verify(key, publicSignals, proof))) {
    throw new ProveFailure(
      "proof",
      "the fresh proof does not verify: zkey and verification key differ, or the prover is wrong",
    );
  }
  send({
    ...{ type: "proved", id, ...solidityCall(proof), publicInputs: publicSignals },
    witnessMs: Math.round(witnessMs),
    proveMs: Math.round(proveMs),
    verifyMs: Math.round(performance.now() - verifying),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  });
}

/** The verifier takes Fp2 coordinates with the imaginary part first (EIP-197); snarkjs writes the real part first. */
function solidityCall({ pi_a, pi_b, pi_c }: Groth16Proof) {
  const swap = ([real, imaginary]: [string, string]): [string, string] => [imaginary, real];
  return {
    a: [pi_a[0], pi_a[1]] as [string, string],
    b: [swap(pi_b[0]), swap(pi_b[1])] as [[string, string], [string, string]],
    c: [pi_c[0], pi_c[1]] as [string, string],
  };
}

process.on("message", async (message) => {
  const request = proveRequestSchema.parse(message);
  try {
    await prove(request);
  } catch (error) {
    const reason = error instanceof ProveFailure ? error.reason : "proof";
    send({ type: "failed", id: request.id, reason, message: error instanceof Error ? error.message : String(error) });
  }
});
// The parent is gone, or closed this prover: a native prover under way goes with this process' group.
process.on("disconnect", () => {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.exit(0);
  }
});
