import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { decryptKeystoreJson, encryptKeystoreJson } from "ethers";
import type { Hex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { ServiceError } from "../services/serviceError.ts";

function readPassword(passwordFile: string): string {
  if (!existsSync(passwordFile)) {
    throw new ServiceError(
      "provider key",
      `there is no password file ${passwordFile}`,
      "Name it with --password-file.",
    );
  }
  return readFileSync(passwordFile, "utf8").trim();
}

/**
 * The provider's account from an encrypted key file (Web3 Secret Storage, as geth, ethers and most wallets write it).
 * @throws {ServiceError} when a file is missing, others may read the key file, or the password does not open it
 */
export async function openProviderKey(keyFile: string, passwordFile: string): Promise<PrivateKeyAccount> {
  if (!existsSync(keyFile)) {
    throw new ServiceError("provider key", `there is no key file ${keyFile}`, "Name an encrypted key file with --key.");
  }
  if ((statSync(keyFile).mode & 0o077) !== 0) {
    throw new ServiceError("provider key", `others may read ${keyFile}`, `Close it: chmod 600 ${keyFile}`);
  }
  const password = readPassword(passwordFile);
  try {
    const { privateKey } = await decryptKeystoreJson(readFileSync(keyFile, "utf8"), password);
    return privateKeyToAccount(privateKey as Hex);
  } catch {
    // The cause stays out: a library's message may quote what it could not read.
    throw new ServiceError("provider key", `${keyFile} does not open`, `Check the password in ${passwordFile}.`);
  }
}

/**
 * Writes a key file for `privateKey`.
 * @param scryptN cost of guessing the password; low only for a development key, which is public anyway
 */
export async function writeProviderKey(
  keyFile: string,
  passwordFile: string,
  privateKey: Hex,
  scryptN: number,
): Promise<void> {
  const { address } = privateKeyToAccount(privateKey);
  const json = await encryptKeystoreJson({ address, privateKey }, readPassword(passwordFile), {
    scrypt: { N: scryptN },
  });
  writeFileSync(keyFile, json, { mode: 0o600 });
}
