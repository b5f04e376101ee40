import { hkdfSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { inputKeyPair } from "@gristmill/shared/inference/sealedInput";
import { decryptKeystoreJson, encryptKeystoreJson, Wallet } from "ethers";
import { type Hex, hexToBytes } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

/** scrypt's usual cost for key files: about a second of one core. */
const SCRYPT_N = 131_072;

interface NodeKeys {
  account: PrivateKeyAccount;
  /** What buyers seal inputs for. */
  inputKey: Awaited<ReturnType<typeof inputKeyPair>>;
}

/** Both keys of a node come from its one secret: one file to keep, and neither says anything of the other. */
async function keysOf(privateKey: Hex): Promise<NodeKeys> {
  const seed = new Uint8Array(hkdfSync("sha256", hexToBytes(privateKey), "", "gristmill input key 1", 32));
  return { account: privateKeyToAccount(privateKey), inputKey: await inputKeyPair(seed) };
}

/**
 * The node's hot key from its encrypted key file, which is made at the first start. The key itself is never printed,
 * logged or put into an error.
 * @param scryptN cost of the encryption of a new file
 * @throws BaseError `config_invalid` when a file is missing, readable by others, or the password does not fit
 */
export async function nodeKey(
  keyFile: string,
  passwordFile: string,
  scryptN = SCRYPT_N,
): Promise<NodeKeys & { created: boolean }> {
  if (!existsSync(passwordFile)) {
    throw new BaseError("config_invalid", `KEY_PASSWORD_FILE: there is no file ${passwordFile}`);
  }
  const password = readFileSync(passwordFile, "utf8").trim();
  if (password.length < 8)
    throw new BaseError("config_invalid", "KEY_PASSWORD_FILE: the password needs 8 characters or more");
  if (!existsSync(keyFile)) {
    const wallet = Wallet.createRandom();
    const json = await encryptKeystoreJson({ address: wallet.address, privateKey: wallet.privateKey }, password, {
      scrypt: { N: scryptN, r: 8, p: 1 },
    });
    mkdirSync(dirname(keyFile), { recursive: true, mode: 0o700 });
    // Renamed into place: a crash leaves no half key file.
    writeFileSync(`${keyFile}.new`, json, { mode: 0o600 });
    renameSync(`${keyFile}.new`, keyFile);
    return { ...(await keysOf(wallet.privateKey as Hex)), created: true };
  }
  if ((statSync(keyFile).mode & 0o077) !== 0) {
    throw new BaseError("config_invalid", `KEY_FILE: others can read ${keyFile}; run: chmod 600 ${keyFile}`);
  }
  let privateKey: string;
  try {
    ({ privateKey } = await decryptKeystoreJson(readFileSync(keyFile, "utf8"), password));
  } catch {
    // The cause is left out on purpose: it may quote what it could not read.
    throw new BaseError("config_invalid", `KEY_FILE: the password in ${passwordFile} does not open ${keyFile}`);
  }
  return { ...(await keysOf(privateKey as Hex)), created: false };
}
