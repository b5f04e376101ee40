import type { SnarkLogger } from "snarkjs";

/** A logger that keeps what snarkjs calls errors; it answers most of them with `false` alone. */
export function collectErrors(): { logger: SnarkLogger; errors: string[] } {
  const errors: string[] = [];
  const ignore = () => undefined;
  return { errors, logger: { debug: ignore, info: ignore, warn: ignore, error: (line) => errors.push(line) } };
}
