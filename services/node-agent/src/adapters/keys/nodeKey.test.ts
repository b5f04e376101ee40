import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decryptKeystoreJson } from "ethers";
import { afterAll, expect, test } from "vitest";
import { nodeKey } from "./nodeKey.ts";

const dir = mkdtempSync(join(tmpdir(), "gristmill-key-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const [keyFile, passwordFile] = [join(dir, "key.json"), join(dir, "password")];
const CHEAP = 1024;

test("a node keeps its key over a restart, encrypted and for its owner's eyes only", async () => {
  writeFileSync(passwordFile, "a password for tests\n");
  const first = await nodeKey(keyFile, passwordFile, CHEAP);
  expect(first.created).toBe(true);
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  const again = await nodeKey(keyFile, passwordFile, CHEAP);
  expect(again).toMatchObject({ created: false, account: { address: first.account.address } });
  const { privateKey } = await decryptKeystoreJson(readFileSync(keyFile, "utf8"), "a password for tests");
  expect(readFileSync(keyFile, "utf8")).not.toContain(privateKey.slice(2));
});

test("a wrong password says which file does not open, and shows no key", async () => {
  const wrong = join(dir, "wrong");
  writeFileSync(wrong, "another password");
  const error = await nodeKey(keyFile, wrong).catch((caught: Error) => caught);
  expect(error).toMatchObject({ code: "config_invalid", message: expect.stringContaining(keyFile) });
  expect(JSON.stringify(error)).not.toMatch(/[0-9a-f]{64}/);
});

test("a key file that others can read is refused", async () => {
  chmodSync(keyFile, 0o644);
  await expect(nodeKey(keyFile, passwordFile)).rejects.toThrow(/chmod 600/);
  chmodSync(keyFile, 0o600);
});

test("a missing password file is named", async () => {
  await expect(nodeKey(keyFile, join(dir, "none"))).rejects.toThrow(/KEY_PASSWORD_FILE/);
});
