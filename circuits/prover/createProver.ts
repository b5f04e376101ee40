import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { groupMemory } from "./groupMemory.ts";
import type { ProverArtifacts } from "./proverArtifacts.ts";
import {
  type ProveReply,
  type ProveRequest,
  type ProveStage,
  proveReplySchema,
  type SignalValue,
} from "./proverMessages.ts";

/** A Groth16 proof in the shape of the Solidity verifier's arguments. */
export interface SolidityProof {
  a: readonly [bigint, bigint];
  b: readonly [readonly [bigint, bigint], readonly [bigint, bigint]];
  c: readonly [bigint, bigint];
}

/** A proof that has been verified against the locked key. */
export interface Proved {
  proof: SolidityProof;
  /** In the order of circuits.json. */
  publicInputs: bigint[];
  /** Milliseconds for the witness alone. */
  witnessMs: number;
  /** Milliseconds for witness and proof, without loading and verifying. */
  proveMs: number;
  verifyMs: number;
  /** Most memory that the child, with a native prover under it, was seen to hold. */
  peakRssBytes: number;
  verified: true;
}

/** One proof to make. */
export interface ProveOptions {
  /** Input signals by name, decimal. */
  input: Readonly<Record<string, SignalValue>>;
  /** Cancels: the child is killed, and the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Milliseconds from the start of this proof (waiting for earlier ones excluded); 120000 unless told. */
  timeoutMs?: number;
  onStage?: (stage: ProveStage) => void;
}

/** How a prover works. */
export interface ProverOptions {
  /** Path of a native prover (`PROGRAM zkey wtns proof.json public.json`); snarkjs unless told. */
  program?: string;
  /** V8's heap in the child, MiB; 1024 unless told. WebAssembly and buffers lie outside. */
  maxHeapMiB?: number;
  /** Resident memory at which the child is killed, MiB, a native prover's included; 3072 unless told. Linux only. */
  maxRssMiB?: number;
}

/** Makes one proof after another in a warm child process. */
export interface Prover {
  prove(request: ProveOptions): Promise<Proved>;
  /** Ends the child. A proof under way is rejected. */
  close(): void;
}

const DEFAULT_TIMEOUT_MS = 120_000;
const MEMORY_CHECK_MS = 100;
const MIB = 1024 ** 2;

/**
 * A prover of any circuit, with a child process of its own, started at the first proof and again after a crash, a timeout
 * or a cancelled proof. The child checks every file against its sha256 and every proof against the key. An idle child
 * does not keep the caller's process alive.
 *
 * `prove` rejects with BaseError `artifact_corrupt` (a file is not the locked one), `invalid_request` (the input
 * breaks a constraint; trying again cannot help), `proof_failed` (crash, timeout or too much memory), or the signal's reason.
 */
export function createProver(artifacts: ProverArtifacts, options: ProverOptions = {}): Prover {
  const { program, maxHeapMiB = 1024, maxRssMiB = 3072 } = options;
  let child: ChildProcess | undefined;
  let scratchDir = "";
  let queue: Promise<unknown> = Promise.resolve();
  let nextId = 0;
  let closed = false;

  const start = (): ChildProcess => {
    const folder = mkdtempSync(join(tmpdir(), "gristmill-prover-"));
    // An empty environment: the caller's may hold secrets that a prover has no use for. A process group of its own, so that
    // a native prover under it is killed with it.
    const started = fork(fileURLToPath(new URL("./proveWorker.ts", import.meta.url)), [], {
      execArgv: [`--max-old-space-size=${maxHeapMiB}`],
      env: {},
      detached: true,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const removeFolder = () => rmSync(folder, { recursive: true, force: true });
    process.once("exit", removeFolder);
    started.on("exit", () => {
      process.removeListener("exit", removeFolder);
      removeFolder();
      if (child === started) child = undefined;
    });
    scratchDir = folder;
    return started;
  };

  const stop = () => {
    if (child) killGroup(child);
    child = undefined;
  };

  const run = (request: ProveOptions): Promise<Proved> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(new BaseError("proof_failed", "the prover is closed"));
      if (request.signal?.aborted) return reject(request.signal.reason);
      child ??= start();
      const running = child;
      const id = nextId++;
      let peakRssBytes = 0;
      hold(running, true);

      const finish = (settle: () => void) => {
        clearTimeout(timer);
        clearInterval(memoryTimer);
        request.signal?.removeEventListener("abort", onAbort);
        running.off("message", onMessage);
        running.off("exit", onExit);
        running.off("error", onError);
        hold(running, false);
        settle();
      };
      const fail = (error: unknown) => finish(() => reject(error));
      const onAbort = () => {
        stop();
        fail(request.signal?.reason);
      };
      const onExit = () => fail(new BaseError("proof_failed", "the prover's process ended before the proof was made"));
      const onError = (cause: Error) =>
        fail(new BaseError("proof_failed", "the prover's process cannot be reached", { cause }));
      const onMessage = (message: unknown) => {
        const parsed = proveReplySchema.safeParse(message);
        if (!parsed.success) return onError(parsed.error);
        const reply = parsed.data;
        if (reply.id !== id) return;
        if (reply.type === "stage") request.onStage?.(reply.stage);
        else if (reply.type === "failed") fail(failure(reply));
        else finish(() => resolve(proved(reply, peakRssBytes)));
      };
      const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      const timer = setTimeout(() => {
        stop();
        fail(new BaseError("proof_failed", `no proof after ${timeoutMs} ms`, { details: { timeoutMs } }));
      }, timeoutMs);
      const memoryTimer = setInterval(() => {
        const rssBytes = groupMemory(running.pid ?? 0) ?? 0;
        peakRssBytes = Math.max(peakRssBytes, rssBytes);
        if (rssBytes <= maxRssMiB * MIB) return;
        stop();
        const rssMiB = Math.round(rssBytes / MIB);
        const text = `the prover took ${rssMiB} MiB of memory, more than ${maxRssMiB}`;
        fail(new BaseError("proof_failed", text, { details: { rssMiB, maxRssMiB } }));
      }, MEMORY_CHECK_MS);

      request.signal?.addEventListener("abort", onAbort, { once: true });
      running.on("message", onMessage);
      running.once("exit", onExit);
      running.once("error", onError);
      const message: ProveRequest = {
        ...{ id, artifacts, input: { ...request.input }, scratchDir },
        ...(program !== undefined && { program }),
      };
      running.send(message, (error) => {
        if (error) onError(error);
      });
    });

  return {
    prove(request) {
      const result = queue.then(() => run(request));
      queue = result.catch(() => undefined);
      return result;
    },
    close() {
      closed = true;
      stop();
    },
  };
}

function killGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid ?? 0), "SIGKILL");
  } catch {
    child.kill("SIGKILL"); // It has not become a group's leader, or has ended.
  }
}

/** Whether the child keeps this process alive: only while a proof is under way. */
function hold(child: ChildProcess, busy: boolean): void {
  if (busy) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}

function failure(reply: Extract<ProveReply, { type: "failed" }>): BaseError {
  switch (reply.reason) {
    case "artifact":
      return new BaseError("artifact_corrupt", reply.message);
    case "witness":
      return new BaseError("invalid_request", reply.message);
    case "proof":
      return new BaseError("proof_failed", reply.message);
  }
}

function proved(reply: Extract<ProveReply, { type: "proved" }>, seenRssBytes: number): Proved {
  const pair = ([x, y]: readonly [string, string]) => [BigInt(x), BigInt(y)] as const;
  const { witnessMs, proveMs, verifyMs } = reply;
  return {
    proof: { a: pair(reply.a), b: [pair(reply.b[0]), pair(reply.b[1])], c: pair(reply.c) },
    publicInputs: reply.publicInputs.map(BigInt),
    ...{ witnessMs, proveMs, verifyMs },
    peakRssBytes: Math.max(reply.peakRssBytes, seenRssBytes),
    verified: true,
  };
}
