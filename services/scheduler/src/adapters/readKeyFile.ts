import { readFile, stat } from "node:fs/promises";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

/**
 * The scheduler's account from a file with its 0x private key. The key is in no message.
 * @throws BaseError `config_invalid` when others may read the file or it holds no key
 */
export async function readKeyFile(variable: string, path: string): Promise<PrivateKeyAccount> {
  const mode = await stat(path).then(
    (found) => found.mode,
    () => undefined,
  );
  if (mode === undefined) throw new BaseError("config_invalid", `${variable} must name a file that exists`);
  if ((mode & 0o077) !== 0) {
    throw new BaseError("config_invalid", `${variable} must name a file that only its owner may read (chmod 600)`);
  }
  const text = (await readFile(path, "utf8")).trim();
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) {
    throw new BaseError("config_invalid", `${variable} must name a file with a private key: 0x and 64 hex digits`);
  }
  try {
    return privateKeyToAccount(text as `0x${string}`);
  } catch {
    // Not passed on as the cause: it may quote the key.
    throw new BaseError("config_invalid", `${variable} must name a file with a valid secp256k1 private key`);
  }
}
