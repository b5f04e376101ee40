import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { millDir } from "../checkout.ts";
import { openProviderKey, writeProviderKey } from "./providerKey.ts";
import { roleAccount } from "./roles.ts";

/** The local market's provider, through an encrypted key file as every provider without a browser has one. */
export async function localProvider(): Promise<PrivateKeyAccount> {
  const folder = join(millDir, "provider");
  const keyFile = join(folder, "key.json");
  const passwordFile = join(folder, "key-password");
  if (!existsSync(keyFile)) {
    const privateKey = roleAccount("provider").getHdKey().privateKey;
    if (!privateKey) throw new Error("the development mnemonic gives no private key");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
    await writeProviderKey(keyFile, passwordFile, toHex(privateKey), 4096);
  }
  return openProviderKey(keyFile, passwordFile);
}
