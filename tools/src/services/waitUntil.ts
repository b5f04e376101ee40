import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Polls until `check` holds.
 *
 * @param check - a thrown error counts as "not yet"
 * @returns whether it held before `timeoutMs` were over
 */
export async function waitUntil(
  check: () => boolean | Promise<boolean>,
  { timeoutMs, intervalMs = 50, signal }: { timeoutMs: number; intervalMs?: number; signal?: AbortSignal },
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      if (await check()) return true;
    } catch {
      // Not yet: services refuse connections while they start.
    }
    if (signal?.aborted || performance.now() >= deadline) return false;
    await sleep(intervalMs);
  }
}

/** Whether something accepts TCP connections there. */
export function acceptsConnections(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 2_000 });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
    socket.once("timeout", () => done(false));
  });
}

/**
 * Waits until an HTTP address answers with a status below 500.
 *
 * @returns whether it did before `timeoutMs` were over
 */
export function waitForHttp(
  url: string,
  { timeoutMs = 60_000, signal }: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<boolean> {
  return waitUntil(
    async () => {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: "manual" });
      await response.body?.cancel();
      return response.status < 500;
    },
    { timeoutMs, intervalMs: 150, ...(signal ? { signal } : {}) },
  );
}
