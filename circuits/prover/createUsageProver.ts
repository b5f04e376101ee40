import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { UsageCircuitInput } from "@gristmill/shared/receipt/usageWitness";
import { type ProveReply, type ProveRequest, type ProveStage, proveReplySchema } from "./proverMessages.ts";

/** Files the prover uses, and the sha256 (hex) each must have. */
export type UsageProverArtifacts = ProveRequest["artifacts"];

/** A Groth16 proof in the shape of the Solidity verifier's arguments. */
export interface UsageProof {
  a: readonly [bigint, bigint];
  b: readonly [readonly [bigint, bigint], readonly [bigint, bigint]];
  c: readonly [bigint, bigint];
}

/** A usage proof that has been verified against the locked key. */
export interface ProvedUsage {
  proof: UsageProof;
  /** context, origin, head, from, to. */
  publicInputs: bigint[];
  /** Milliseconds for witness and proof, without loading and verifying. */
  proveMs: number;
  verified: true;
}

/** One proof to make. */
export interface ProveUsageRequest {
  /** From `usageWitness`. */
  input: UsageCircuitInput;
  /** Cancels: the child is killed, and the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Milliseconds from the start of this proof (waiting for earlier ones excluded); 120000 unless told. */
  timeoutMs?: number;
  onStage?: (stage: ProveStage) => void;
}

/** Proves one receipt after another in a warm child process. */
export interface UsageProver {
  prove(request: ProveUsageRequest): Promise<ProvedUsage>;
  /** Ends the child. A proof under way is rejected. */
  close(): void;
}

const DEFAULT_TIMEOUT_MS = 120_000;

/**
 * A prover with a child process of its own, started at the first proof and again after a crash, a timeout or a
 * cancelled proof. The child checks every file against its sha256 and every proof against the key. An idle child
 * does not keep the caller's process alive.
 *
 * `prove` rejects with BaseError `artifact_corrupt` (a file is not the locked one), `invalid_request` (the input
 * breaks a constraint; trying again cannot help), `proof_failed` (crash or timeout), or the signal's reason.
 */
export function createUsageProver(artifacts: UsageProverArtifacts): UsageProver {
  let child: ChildProcess | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let nextId = 0;
  let closed = false;

  const start = (): ChildProcess => {
    // An empty environment: the caller's may hold secrets that a prover has no use for.
    const started = fork(fileURLToPath(new URL("./proveWorker.ts", import.meta.url)), [], {
      execArgv: [],
      env: {},
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    started.on("exit", () => {
      if (child === started) child = undefined;
    });
    return started;
  };

  const stop = () => {
    child?.kill("SIGKILL");
    child = undefined;
  };

  const run = (request: ProveUsageRequest): Promise<ProvedUsage> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(new BaseError("proof_failed", "the prover is closed"));
      if (request.signal?.aborted) return reject(request.signal.reason);
      child ??= start();
      const running = child;
      const id = nextId++;
      hold(running, true);

      const finish = (settle: () => void) => {
        clearTimeout(timer);
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
        else finish(() => resolve(proved(reply)));
      };
      const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      const timer = setTimeout(() => {
        stop();
        fail(new BaseError("proof_failed", `no proof after ${timeoutMs} ms`, { details: { timeoutMs } }));
      }, timeoutMs);

      request.signal?.addEventListener("abort", onAbort, { once: true });
      running.on("message", onMessage);
      running.once("exit", onExit);
      running.once("error", onError);
      const message: ProveRequest = { id, artifacts, input: request.input };
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

function proved(reply: Extract<ProveReply, { type: "proved" }>): ProvedUsage {
  const pair = ([x, y]: readonly [string, string]) => [BigInt(x), BigInt(y)] as const;
  return {
    proof: { a: pair(reply.a), b: [pair(reply.b[0]), pair(reply.b[1])], c: pair(reply.c) },
    publicInputs: reply.publicInputs.map(BigInt),
    proveMs: reply.proveMs,
    verified: true,
  };
}
