import type { SupervisedProcess } from "./process.ts";
import { ServiceError } from "./serviceError.ts";

/**
 * Waits for work that needs a process, and no longer than it runs.
 *
 * @throws {ServiceError} with the end of its log, when the process ends first
 */
export function whileRunning<T>(
  process: Pick<SupervisedProcess, "name" | "exited" | "tail" | "logFile">,
  work: Promise<T>,
): Promise<T> {
  const ended = process.exited.then(() => {
    throw new ServiceError(process.name, `ended by itself:\n${process.tail(6)}`, `See ${process.logFile}`);
  });
  return Promise.race([work, ended]);
}
