import { BaseError } from "@gristmill/shared/errors/baseError";
import type { Executor } from "../application/ports.ts";

/** The first rung of the ladder that works here. */
export interface Choice {
  executor: Executor;
  /** Why it is this one, in words. */
  why: string;
}

/**
 * Goes down the ladder docker, runc, bwrap.
 * @param wanted a rung's name, or `auto`
 * @throws BaseError `executor_unavailable` with what to install; a workload never runs without containment
 */
export async function chooseExecutor(ladder: readonly Executor[], wanted: "auto" | Executor["name"]): Promise<Choice> {
  const reasons: string[] = [];
  for (const executor of ladder) {
    if (wanted !== "auto" && executor.name !== wanted) continue;
    const reason = await executor.available();
    if (reason === undefined) {
      const above =
        reasons.length > 0 ? `because ${reasons.join("; ")}` : wanted === "auto" ? "the best rung" : "as EXECUTOR says";
      return { executor, why: above };
    }
    reasons.push(reason);
  }
  throw new BaseError(
    "executor_unavailable",
    `nothing here can contain a workload: ${reasons.join("; ")}. Install Docker (Debian: sudo apt-get install docker.io) and start again.`,
  );
}
