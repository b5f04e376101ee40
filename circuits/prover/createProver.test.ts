import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { context, origin, receiptOf } from "../test/support/receipts.ts";
import { createProver } from "./createProver.ts";
import { proverArtifacts } from "./proverArtifacts.ts";

const artifacts = proverArtifacts("usage");
const input = () => ({ ...receiptOf(2) });

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "gristmill-native-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A program with the command line of rapidsnark's prover: a process of its own that runs `body` on the four paths. */
function program(name: string, body: string): string {
  const path = join(directory, name);
  const snarkjs = fileURLToPath(import.meta.resolve("snarkjs"));
  writeFileSync(
    path,
    `#!${process.execPath}
    const [zkey, witness, proofFile, publicFile] = process.argv.slice(2);
    const { writeFileSync, readFileSync } = require("node:fs");
    import(${JSON.stringify(snarkjs)}).then(async ({ groth16 }) => { ${body} });\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

const honest = `
  const { proof, publicSignals } = await groth16.prove(zkey, witness);
  writeFileSync(proofFile, JSON.stringify(proof));
  writeFileSync(publicFile, JSON.stringify(publicSignals));`;

const scratchFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("gristmill-prover-"));

describe("a native prover plugged in by its path", () => {
  test("proves, and leaves no file with the buyer's private ticks behind", async () => {
    const seen = join(directory, "seen");
    const prover = createProver(artifacts, {
      program: program("honest", `writeFileSync(${JSON.stringify(seen)}, witness); ${honest} process.exit(0);`),
    });
    try {
      const { publicInputs, verified } = await prover.prove({ input: input() });
      expect(verified).toBe(true);
      expect(publicInputs).toEqual([context, origin, BigInt(input().head), 100n, BigInt(input().to)]);
      expect(existsSync(readFileSync(seen, "utf8"))).toBe(false);
    } finally {
      prover.close();
    }
  });

  test("that swaps a public input is refused: its proof is verified before use", async () => {
    const lie = `${honest} publicSignals[4] = "1000000"; writeFileSync(publicFile, JSON.stringify(publicSignals)); process.exit(0);`;
    const prover = createProver(artifacts, { program: program("liar", lie) });
    try {
      await expect(prover.prove({ input: input() })).rejects.toMatchObject({
        code: "proof_failed",
        message: expect.stringContaining("does not verify"),
      });
    } finally {
      prover.close();
    }
  });

  test("that fails says why", async () => {
    const prover = createProver(artifacts, {
      program: program("broken", `process.stderr.write("no such instruction"); process.exit(3);`),
    });
    await expect(prover.prove({ input: input() })).rejects.toMatchObject({
      code: "proof_failed",
      message: expect.stringContaining("no such instruction"),
    });
    prover.close();
  });

  test("that hangs is killed with the child when the proof is cancelled", async () => {
    const alive = join(directory, "pid");
    const body = `writeFileSync(${JSON.stringify(alive)}, String(process.pid)); setInterval(() => {}, 1000);`;
    const prover = createProver(artifacts, { program: program("hanging", body) });
    const before = scratchFolders().length;
    const cancel = new AbortController();
    const proof = prover.prove({ input: input(), signal: cancel.signal });
    const failed = expect(proof).rejects.toThrow("lease stopped");
    while (!existsSync(alive) || readFileSync(alive, "utf8") === "")
      await new Promise((resolve) => setTimeout(resolve, 20));
    cancel.abort(new Error("lease stopped"));
    await failed;
    const pid = Number(readFileSync(alive, "utf8"));
    // A killed process whose parent is gone may stay as a zombie until it is reaped: it runs no more.
    const runs = () => {
      try {
        return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
      } catch {
        return false;
      }
    };
    while (runs()) await new Promise((resolve) => setTimeout(resolve, 20));
    while (scratchFolders().length > before) await new Promise((resolve) => setTimeout(resolve, 20));
    prover.close();
  });
});

describe("memory", () => {
  test("is reported with each proof", async () => {
    const prover = createProver(artifacts);
    const { peakRssBytes } = await prover.prove({ input: input() });
    prover.close();
    expect(peakRssBytes).toBeGreaterThan(50 * 1024 ** 2);
    expect(peakRssBytes).toBeLessThan(3072 * 1024 ** 2);
  });

  test("above the ceiling ends the proof with got and limit, or the node's jobs would pay for it", async () => {
    const prover = createProver(artifacts, { maxRssMiB: 40 });
    await expect(prover.prove({ input: input() })).rejects.toMatchObject({
      code: "proof_failed",
      details: { maxRssMiB: 40, rssMiB: expect.any(Number) },
    });
    prover.close();
  });

  test("of a native prover counts too", async () => {
    const hog = "globalThis.kept = Buffer.alloc(700 * 1024 ** 2, 1); setInterval(() => {}, 1000);";
    const prover = createProver(artifacts, { program: program("hog", hog), maxRssMiB: 600 });
    await expect(prover.prove({ input: input() })).rejects.toMatchObject({ details: { maxRssMiB: 600 } });
    prover.close();
  });
});

test.each(["wasm", "zkey", "verificationKey"] as const)(
  "one flipped byte in the %s is refused before anything is proven with it",
  async (kind) => {
    const bytes = readFileSync(artifacts[kind]);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    const path = join(directory, `flipped-${kind}`);
    writeFileSync(path, bytes);
    const prover = createProver({ ...artifacts, [kind]: path });
    await expect(prover.prove({ input: input() })).rejects.toMatchObject({
      code: "artifact_corrupt",
      message: expect.stringContaining(path),
    });
    prover.close();
  },
);
