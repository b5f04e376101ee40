import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildArtifacts } from "./build.ts";
import { ARTIFACT_KINDS, circuitArtifacts, readLock, sha256File } from "./setup/artifacts.ts";
import { readCircuitList } from "./setup/circuitList.ts";
import { CIRCUITS_DIR, REPOSITORY_DIR } from "./setup/paths.ts";

const verifier = "contracts/src/verify/generated/UsageGroth16Verifier.sol";
const key = "packages/shared/src/proof/keys/usage.json";
const inCopy = (path: string) => join(copy, path);

/** A checkout elsewhere with nothing built: sources, lock and the committed verifier only. */
let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "gristmill-checkout-"));
  for (const path of ["src", "scripts", "models", "circuits.json", "artifacts.lock.json", "package.json"]) {
    cpSync(join(CIRCUITS_DIR, path), inCopy(`circuits/${path}`), { recursive: true });
  }
  symlinkSync(join(CIRCUITS_DIR, "node_modules"), inCopy("circuits/node_modules"));
  for (const { name, verifier: generated } of readCircuitList()) {
    for (const path of [generated.file, `packages/shared/src/proof/keys/${name}.json`]) {
      mkdirSync(dirname(inCopy(path)), { recursive: true });
      cpSync(join(REPOSITORY_DIR, path), inCopy(path));
    }
  }
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Runs the documented command in the copy. */
async function build(): Promise<{ code: number; output: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [inCopy("circuits/scripts/build.ts")], {
      env: {},
      cwd: copy,
    });
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, output: stderr };
  }
}

/** Changes a file of the copy for the time of one build. */
async function buildWith(path: string, edit: (text: string) => string): Promise<{ code: number; output: string }> {
  const original = readFileSync(inCopy(path), "utf8");
  writeFileSync(inCopy(path), edit(original));
  try {
    return await build();
  } finally {
    writeFileSync(inCopy(path), original);
  }
}

describe("the build command", () => {
  test("makes every locked file again from a clean checkout in another place, or nobody could check the keys", async () => {
    const first = await build();
    expect(first).toMatchObject({ code: 0, output: expect.stringContaining("all hashes match the lock") });
    expect(first.output).toContain("known trapdoor: never for real money");
    for (const file of ["usage.r1cs", "usage.wasm", "usage.zkey"]) {
      expect(sha256File(inCopy(`circuits/build/${file}`))).toBe(sha256File(join(CIRCUITS_DIR, "build", file)));
    }
    expect(await build()).toMatchObject({ code: 0, output: expect.stringContaining("up to date") });
  });

  test("names a Solidity verifier that is not the locked one, before it is deployed", async () => {
    const result = await buildWith(verifier, (text) => `${text}\n`);
    expect(result).toMatchObject({ code: 1, output: expect.stringContaining(`${verifier} does not match`) });
  });

  test("names a verification key that is not the locked one, before a browser takes it for the market's", async () => {
    const result = await buildWith(key, (text) => text.replace("groth16", "groth17"));
    expect(result).toMatchObject({ code: 1, output: expect.stringContaining(`${key} does not match`) });
  });

  test("names the sources when they changed without a new lock", async () => {
    const result = await buildWith("circuits/src/usage.circom", (text) => text.replace("active[0] === 1;", ""));
    expect(result).toMatchObject({
      code: 1,
      output: expect.stringContaining("circuits/src/usage.circom does not match"),
    });
  });

  test("names the file that came out different from the lock", async () => {
    const wasm = readLock()?.circuits.usage?.wasm ?? "";
    const result = await buildWith("circuits/artifacts.lock.json", (text) => text.replace(wasm, "00".repeat(32)));
    expect(result).toMatchObject({
      code: 1,
      output: expect.stringContaining("circuits/build/usage.wasm does not match"),
    });
  });

  test("refuses a name that is no circuit, rather than build nothing and call it done", async () => {
    await expect(buildArtifacts({ circuits: ["usage", "usages"] })).rejects.toThrow('no circuit "usages"');
  });

  test("leaves everything alone when it is built, and says where it is", async () => {
    const steps: string[] = [];
    const artifacts = await buildArtifacts({ onStep: (line) => steps.push(line) });
    expect([artifacts.rebuilt, steps]).toEqual([false, []]);
    expect(artifacts.circuits.usage).toEqual(circuitArtifacts("usage"));
    for (const kind of ARTIFACT_KINDS) {
      expect(sha256File(circuitArtifacts("usage").files[kind])).toBe(circuitArtifacts("usage").sha256[kind]);
    }
  });
});
