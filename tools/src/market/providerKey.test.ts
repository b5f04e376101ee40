import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generatePrivateKey, privateKeyToAddress } from "viem/accounts";
import { afterAll, expect, test } from "vitest";
import { openProviderKey, writeProviderKey } from "./providerKey.ts";

const dir = mkdtempSync(join(tmpdir(), "gristmill-provider-"));
const [keyFile, passwordFile, wrongFile] = ["key.json", "password", "wrong"].map((name) => join(dir, name)) as [
  string,
  string,
  string,
];
const privateKey = generatePrivateKey();
writeFileSync(passwordFile, "a password for tests\n");
writeFileSync(wrongFile, "another one");
await writeProviderKey(keyFile, passwordFile, privateKey, 1024);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test("a provider's encrypted key file opens to the provider's account", async () => {
  expect((await openProviderKey(keyFile, passwordFile)).address).toBe(privateKeyToAddress(privateKey));
});

test("a wrong password names the files and shows no key", async () => {
  const error = await openProviderKey(keyFile, wrongFile).catch((caught: Error) => caught);
  expect(String(error)).toContain(keyFile);
  expect(String(error)).not.toContain(privateKey.slice(2));
});

test("a key file that others may read, or that is not there, is refused with what to do", async () => {
  await expect(openProviderKey(join(dir, "none"), passwordFile)).rejects.toThrow(/--key/);
  await expect(openProviderKey(keyFile, join(dir, "none"))).rejects.toThrow(/--password-file/);
  chmodSync(keyFile, 0o644);
  await expect(openProviderKey(keyFile, passwordFile)).rejects.toThrow(/chmod 600/);
  chmodSync(keyFile, 0o600);
});
