import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildBn128 } from "ffjavascript";
import { powersOfTau, zKey } from "snarkjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isDevelopmentKey } from "../developmentKey.ts";
import { sha256File } from "../setup/artifacts.ts";
import { developmentPowersOfTau } from "../setup/developmentPowersOfTau.ts";
import { CIRCUITS_DIR } from "../setup/paths.ts";
import { contributeToCeremony } from "./contributeToCeremony.ts";
import { exportFinalFiles, finalFiles, finishCeremony } from "./finishCeremony.ts";
import { startCeremony } from "./startCeremony.ts";
import { readTranscript, type Transcript, transcriptFile, writeTranscript } from "./transcript.ts";
import { verifyCeremony } from "./verifyCeremony.ts";

const circuit = {
  name: "small",
  file: "small.circom",
  template: "Small",
  params: [],
  publicInputs: ["product"],
  power: 2,
  verifier: { contract: "SmallGroth16Verifier", file: "unused" },
};
const source = `pragma circom 2.2.3;
template Small() {
    signal input product;
    signal input a;
    signal input b;
    signal square <== a * a;
    product === square * b;
}
`;
const beacon = { source: "a block of a public chain", value: "ab".repeat(32), iterationsExp: 10 };
const entropy = (who: string) => `${who} typed this at random and forgot it`;

let root: string;
const at = (...path: string[]) => join(root, ...path);
/** A finished ceremony, to be copied and tampered with. */
const whole = () => at("whole");

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "gristmill-ceremony-test-"));
  mkdirSync(at("src"));
  writeFileSync(at("src/small.circom"), source);
  // A real, small powers-of-tau ceremony of two, as a public one leaves it.
  const curve = await buildBn128();
  await powersOfTau.newAccumulator(curve, 4, at("0.ptau"));
  await powersOfTau.contribute(at("0.ptau"), at("1.ptau"), "first", entropy("first"));
  await powersOfTau.contribute(at("1.ptau"), at("2.ptau"), "second", entropy("second"));
  await powersOfTau.beacon(at("2.ptau"), at("3.ptau"), "beacon", "cd".repeat(32), 10);
  await powersOfTau.preparePhase2(at("3.ptau"), at("public.ptau"));
  writeFileSync(at("development.ptau"), await developmentPowersOfTau(curve, 4));

  const options = { circuit, sourceDir: at("src"), ptau: at("public.ptau"), origin: "a test's own" };
  await startCeremony({ ...options, dir: whole() });
  for (const name of ["Ada", "Boole", "Curie"]) await contributeToCeremony(whole(), name, entropy(name));
  await finishCeremony({ dir: whole(), circuit, beacon });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const verify = (dir: string, sourceDir = at("src"), ptau = at("public.ptau")) =>
  verifyCeremony({ ...{ transcript: transcriptFile(dir), sourceDir, ptau }, circuitOf: () => circuit });

/** A copy of the ceremony with something changed. */
async function tampered(name: string, change: (dir: string, transcript: Transcript) => Promise<void> | void) {
  const dir = at(name);
  cpSync(whole(), dir, { recursive: true });
  await change(dir, readTranscript(transcriptFile(dir)));
  return dir;
}

/** Makes all hashes of the transcript those of a key, as a careful forger would. */
async function rehash(dir: string, transcript: Transcript, key: string): Promise<void> {
  const names = finalFiles("small");
  await exportFinalFiles(join(dir, key), circuit, join(dir, names.verificationKey), join(dir, names.solidity));
  const hash = (file: string) => sha256File(join(dir, file)) ?? "";
  const final = transcript.final ?? { verificationKeyHash: "" };
  writeTranscript(dir, {
    ...transcript,
    key: { file: key, sha256: hash(key) },
    final: { ...final, verificationKey: hash(names.verificationKey), solidity: hash(names.solidity) },
  });
}

describe("a ceremony of three and a beacon", () => {
  test("is verified from its transcript by anyone who has the sources and the powers of tau", async () => {
    const { contributions, final } = await verify(whole());
    expect(contributions.map(({ name }) => name)).toEqual(["Ada", "Boole", "Curie"]);
    const key = JSON.parse(readFileSync(join(whole(), "small.vkey.json"), "utf8"));
    expect(isDevelopmentKey(key)).toBe(false);
    expect(readFileSync(join(whole(), "small.sol"), "utf8")).not.toContain("DEVELOPMENT");
    expect(final?.verificationKeyHash).toMatch(/^0x[0-9a-f]{64}$/);
  });

  test("leaves nobody's entropy in any of its files", () => {
    for (const file of ["transcript.json", "small.final.zkey", "small.3.zkey"])
      for (const name of ["Ada", "Boole", "Curie"])
        expect(readFileSync(join(whole(), file), "latin1")).not.toContain(entropy(name));
  });
});

describe("refused, with the reason named", () => {
  const cases: [string, (dir: string, transcript: Transcript) => Promise<void> | void, RegExp][] = [
    [
      "two contributions swapped in the transcript",
      (dir, transcript) => {
        const [ada, boole, curie] = transcript.contributions as [never, never, never];
        writeTranscript(dir, { ...transcript, contributions: [boole, ada, curie] });
      },
      /contributions: number 1 is not the attested one/,
    ],
    [
      "a contribution taken out and another put in, with every hash of the files made to match",
      async (dir, transcript) => {
        const file = (name: string) => join(dir, name);
        await zKey.contribute(file("small.2.zkey"), file("evil.3.zkey"), "Curie", entropy("Mallory"));
        await zKey.beacon(file("evil.3.zkey"), file("evil.zkey"), "beacon", beacon.value, beacon.iterationsExp);
        await rehash(dir, transcript, "evil.zkey");
      },
      /beacon: its hash is not the one of the transcript/,
    ],
    [
      "the same, with the beacon's hash made to match too",
      async (dir, transcript) => {
        const file = (name: string) => join(dir, name);
        await zKey.contribute(file("small.2.zkey"), file("evil.3.zkey"), "Curie", entropy("Mallory"));
        const hash = await zKey.beacon(file("evil.3.zkey"), file("evil.zkey"), "beacon", beacon.value, 10);
        const forged = { ...beacon, hash: Buffer.from(hash as Uint8Array).toString("hex") };
        await rehash(dir, { ...transcript, beacon: forged }, "evil.zkey");
      },
      /contributions: number 3 is not the attested one \(transcript: Curie .* key: Curie/,
    ],
    [
      "a key without a beacon, whose last contributor could choose the outcome",
      (dir, transcript) => rehash(dir, transcript, "small.3.zkey"),
      /beacon: the key's last contribution is no beacon/,
    ],
    [
      "a transcript without its beacon",
      (dir, { beacon: _beacon, ...transcript }) => writeTranscript(dir, transcript),
      /beacon: the ceremony has not ended/,
    ],
    [
      "another beacon than the public one",
      (dir, transcript) =>
        writeTranscript(dir, {
          ...transcript,
          beacon: { ...beacon, value: "00".repeat(32), hash: transcript.beacon?.hash ?? "" },
        }),
      /beacon: the key's beacon is abab/,
    ],
    [
      "an edited hash of another circuit",
      (dir, transcript) =>
        writeTranscript(dir, { ...transcript, circuit: { ...transcript.circuit, r1cs: "00".repeat(32) } }),
      /circuit: what this checkout's source compiles to is not the one/,
    ],
    [
      "an edited hash of the final key",
      (dir, transcript) => writeTranscript(dir, { ...transcript, key: { ...transcript.key, sha256: "00".repeat(32) } }),
      /key: the final key is not the one/,
    ],
    [
      "one flipped byte in the final key",
      (dir) => flip(join(dir, "small.final.zkey"), 3000),
      /key: the final key is not the one/,
    ],
    [
      "one flipped byte in the final key, with its hash made to match",
      (dir, transcript) => {
        flip(join(dir, "small.final.zkey"), 1200);
        const sha256 = sha256File(join(dir, "small.final.zkey")) ?? "";
        writeTranscript(dir, { ...transcript, key: { ...transcript.key, sha256 } });
      },
      /key: |contributions: |beacon: /,
    ],
    [
      "a Solidity verifier that was edited",
      (dir) => writeFileSync(join(dir, "small.sol"), "contract Anything {}"),
      /final files: the Solidity verifier is not the one/,
    ],
    [
      "a verification key hash that the deployed contract will not answer",
      (dir, transcript) =>
        writeTranscript(dir, {
          ...transcript,
          final: {
            ...(transcript.final as NonNullable<Transcript["final"]>),
            verificationKeyHash: `0x${"00".repeat(32)}`,
          },
        }),
      /final files: the hash that the deployed verifier will answer/,
    ],
    [
      "an unknown field, which could carry anything",
      (dir, transcript) => writeFileSync(transcriptFile(dir), JSON.stringify({ ...transcript, note: "trust me" })),
      /transcript: .*note/s,
    ],
    [
      "a rehearsal that is passed off as the real thing",
      (dir, transcript) => writeTranscript(dir, { ...transcript, rehearsal: true }),
      /transcript: this was a rehearsal/,
    ],
  ];
  test.each(cases)("%s", async (name, change, reason) => {
    await expect(verify(await tampered(name.replaceAll(/\W/g, "-"), change))).rejects.toThrow(reason);
  });

  test("another source than the one that was compiled", async () => {
    mkdirSync(at("other"));
    writeFileSync(at("other/small.circom"), source.replace("square * b", "square * a"));
    await expect(verify(whole(), at("other"))).rejects.toThrow(/circuit: what this checkout's source compiles to/);
  });

  test("another powers-of-tau file", async () => {
    await expect(verify(whole(), at("src"), at("development.ptau"))).rejects.toThrow(
      /powers of tau: the file is not the one/,
    );
  });

  test("a start from the development powers of tau, whose secret is public", async () => {
    const options = { circuit, sourceDir: at("src"), ptau: at("development.ptau"), origin: "here", dir: at("started") };
    await expect(startCeremony(options)).rejects.toThrow(/powers of tau: .* its secret is public/);
  });

  test("a contribution to a key that is not the one handed over, after the end, or with entropy that one can guess", async () => {
    await expect(contributeToCeremony(whole(), "Dijkstra", entropy("late"))).rejects.toThrow(
      /has ended with its beacon/,
    );
    const { beacon: _beacon, final: _final, ...running } = readTranscript(transcriptFile(whole()));
    const dir = await tampered("handed-over", (folder) =>
      writeTranscript(folder, { ...running, key: { file: "small.3.zkey", sha256: "00".repeat(32) } }),
    );
    await expect(contributeToCeremony(dir, "Dijkstra", entropy("good"))).rejects.toThrow(
      /key: small.3.zkey is not the file/,
    );
    await expect(contributeToCeremony(dir, "Dijkstra", "short")).rejects.toThrow(/entropy must have/);
  });
});

test("the commands read entropy from standard input alone, and print what to publish", async () => {
  const dir = at("by-command");
  await startCeremony({ circuit, sourceDir: at("src"), ptau: at("public.ptau"), origin: "a test's own", dir });
  const script = join(import.meta.dirname, "contribute.ts");
  const run = promisify(execFile);
  const contributing = run(process.execPath, [script, dir, "--name", "Ada"]);
  contributing.child.stdin?.end(`${entropy("Ada")}\n`);
  const { stdout } = await contributing;
  expect(stdout).toContain(readTranscript(transcriptFile(dir)).contributions[0]?.hash);
  expect(existsSync(join(dir, "small.1.zkey"))).toBe(true);
  await expect(
    run(process.execPath, [script, dir, "--name", "Bob", "--entropy", "on the command line"]),
  ).rejects.toThrow(/Unknown option '--entropy'/);
});

test("an adopted key is locked, is not made again, and a build without it says what is missing", async () => {
  const copy = at("checkout");
  const inCopy = (path: string) => join(copy, path);
  for (const path of ["scripts", "models", "package.json"])
    cpSync(join(CIRCUITS_DIR, path), inCopy(`circuits/${path}`), { recursive: true });
  cpSync(at("src"), inCopy("circuits/src"), { recursive: true });
  symlinkSync(join(CIRCUITS_DIR, "node_modules"), inCopy("circuits/node_modules"));
  const generated = "contracts/src/verify/generated/Small.sol";
  const entry = { ...circuit, verifier: { contract: circuit.verifier.contract, file: generated } };
  writeFileSync(inCopy("circuits/circuits.json"), JSON.stringify([entry]));
  const run = async (script: string, ...args: string[]) => {
    const started = promisify(execFile)(process.execPath, [inCopy(`circuits/scripts/${script}`), ...args]);
    return started.then(
      ({ stdout }) => stdout,
      ({ stderr }) => stderr as string,
    );
  };
  expect(await run("build.ts", "--relock")).toContain("lock rewritten");
  expect(readFileSync(inCopy(generated), "utf8")).toContain("DEVELOPMENT KEY");
  const adopt = () => run("ceremony/adopt.ts", transcriptFile(whole()), "--ptau", at("public.ptau"));
  expect(await adopt()).toContain("small has the ceremony's key now");
  expect(readFileSync(inCopy(generated), "utf8")).not.toContain("DEVELOPMENT KEY");
  expect(await run("build.ts")).toContain("up to date");

  // Another machine: all is compiled again, and the key is the ceremony's.
  const zkey = inCopy("circuits/build/small.zkey");
  rmSync(inCopy("circuits/build"), { recursive: true });
  expect(await run("build.ts")).toContain(`put its final zkey at ${zkey}`);
  mkdirSync(inCopy("circuits/build"), { recursive: true });
  cpSync(join(whole(), "small.final.zkey"), zkey);
  expect(await run("build.ts")).toContain("all hashes match the lock");
  cpSync(join(whole(), "small.3.zkey"), zkey);
  expect(await run("build.ts")).toContain("circuits/build/small.zkey does not match");
});

function flip(path: string, position: number): void {
  const bytes = readFileSync(path);
  bytes[position] = (bytes[position] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
