import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { createServer } from "node:net";
import { BaseError } from "@gristmill/shared/errors/baseError";

/**
 * Makes sure that only one agent of this machine works in a folder: two would answer for the same key and write the
 * same journals. The claim is a socket in Linux's abstract namespace, so it ends with the process, however that ends.
 *
 * @param dataDir an existing folder
 * @returns gives the folder free again
 * @throws BaseError `config_invalid` when another agent has it
 */
export async function claimDataDir(dataDir: string): Promise<() => void> {
  const name = createHash("sha256").update(realpathSync(dataDir)).digest("hex");
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EADDRINUSE") return reject(cause);
      const text = `another agent already works in ${dataDir}. Stop it first (Ctrl-C where it runs), or give this one a folder of its own with DATA_DIR (--data)`;
      reject(new BaseError("config_invalid", text, { cause }));
    });
    server.listen(`\0gristmill-node-${name}`, resolve);
  });
  server.unref();
  return () => server.close();
}
