import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type VerificationKey,
  verificationKeySchema,
  verificationKeyWords,
} from "@gristmill/shared/proof/verificationKey";
import solc from "solc";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Circuits whose keys a deployment holds, with the contract generated for each. */
const verifiers = {
  usage: "UsageGroth16Verifier",
  usageRollup26: "UsageRollup26Groth16Verifier",
  usageRollup52: "UsageRollup52Groth16Verifier",
} as const;

type Circuit = keyof typeof verifiers;

/** A copy of the checkout from which the market is deployed: what a deployment writes stays in it. */
export function createPublicCheckout(folder: string): string {
  const parts = [
    ...["package.json", "tsconfig.base.json", "artifacts"],
    ...["src", "deploy", "package.json", "node_modules"].map((part) => `contracts/${part}`),
    ...["scripts", "prover", "circuits.json", "artifacts.lock.json", "package.json", "node_modules"].map(
      (part) => `circuits/${part}`,
    ),
    ...["src", "package.json", "node_modules"].map((part) => `packages/shared/${part}`),
  ];
  for (const path of parts) {
    if (!existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // Links stay as they are: they lead to the copies of our packages, and to the one store of all others.
    cpSync(join(root, path), join(folder, path), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (from) => !/\.vite-temp|deployments.\d+\.json$/.test(from),
    });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/**
 * Puts keys into a copy that neither of the public secrets made, and compiles what holds them, as after a ceremony was adopted.
 * Their points are ours in other places: on the curve, and nobody has proofs for them.
 */
export function adoptOtherKeys(folder: string): Record<Circuit, VerificationKey> {
  const adopted: Partial<Record<Circuit, VerificationKey>> = {};
  const sources: Record<string, string> = {};
  for (const [circuit, contract] of Object.entries(verifiers) as [Circuit, string][]) {
    const keyFile = join(folder, "packages/shared/src/proof/keys", `${circuit}.json`);
    const raw = JSON.parse(readFileSync(keyFile, "utf8"));
    const former = verificationKeySchema.parse(raw);
    const [first, ...rest] = former.IC;
    if (first === undefined) throw new Error(`${circuit} has no points`);
    const key: VerificationKey = {
      ...former,
      vk_alpha_1: first,
      vk_beta_2: former.vk_delta_2,
      vk_delta_2: former.vk_beta_2,
      IC: [former.vk_alpha_1, ...rest],
    };
    writeFileSync(keyFile, JSON.stringify({ ...raw, ...key }, null, 2));
    const path = `contracts/src/verify/generated/${contract}.sol`;
    sources[path] = withKey(readFileSync(join(folder, path), "utf8"), key);
    writeFileSync(join(folder, path), sources[path]);
    adopted[circuit] = key;
  }
  const changed = Object.values(verifiers).map((name) => ({ path: `verify/generated/${name}.sol`, name }));
  compileAgain(folder, [...changed, { path: "verify/UsageBatchVerifier.sol", name: "UsageBatchVerifier" }], sources);
  return adopted as Record<Circuit, VerificationKey>;
}

/** What a build of the copy would do to these artifacts, without asking about all the others. */
function compileAgain(
  folder: string,
  contracts: readonly { path: string; name: string }[],
  sources: Readonly<Record<string, string>>,
): void {
  const built = contracts.map(({ path, name }) => {
    const file = join(folder, "artifacts/contracts/src", path, `${name}.json`);
    return { file, name, artifact: JSON.parse(readFileSync(file, "utf8")) };
  });
  for (const [id, group] of Map.groupBy(built, ({ artifact }) => artifact.buildInfoId as string)) {
    const info = JSON.parse(readFileSync(join(folder, "artifacts/build-info", `${id}.json`), "utf8"));
    for (const [path, content] of Object.entries(sources)) {
      const source = info.input.sources[`project/${path}`];
      if (source !== undefined) source.content = content;
    }
    info.id = `${id}-adopted`;
    writeFileSync(join(folder, "artifacts/build-info", `${info.id}.json`), JSON.stringify(info));
    const outputSelection = Object.fromEntries(
      group.map(({ name, artifact }) => [artifact.inputSourceName, { [name]: ["evm.bytecode.object"] }]),
    );
    const settings = { ...info.input.settings, outputSelection };
    const compiled = JSON.parse(solc.compile(JSON.stringify({ ...info.input, settings })));
    for (const { file, name, artifact } of group) {
      const bytecode = compiled.contracts?.[artifact.inputSourceName]?.[name]?.evm.bytecode.object;
      if (!bytecode) throw new Error(`${name} did not compile: ${JSON.stringify(compiled.errors).slice(0, 1000)}`);
      writeFileSync(file, JSON.stringify({ ...artifact, buildInfoId: info.id, bytecode: `0x${bytecode}` }));
    }
  }
}

/** A generated verifier's source with another key's points and a ceremony's header. */
function withKey(source: string, key: VerificationKey): string {
  const g2 = (name: string) => [`${name}x1`, `${name}x2`, `${name}y1`, `${name}y2`];
  const points = key.IC.flatMap((_, index) => [`IC${index}x`, `IC${index}y`]);
  const names = ["alphax", "alphay", ...g2("beta"), ...g2("gamma"), ...g2("delta"), ...points];
  const words = verificationKeyWords(key);
  return names.reduce(
    (text, name, index) => {
      const constant = new RegExp(`(uint256 constant ${name}\\s*= )\\d+;`);
      if (!constant.test(text)) throw new Error(`The generated verifier has no ${name}`);
      return text.replace(constant, `$1${words[index]};`);
    },
    source.replace(/DEVELOPMENT KEY.*/, "Key of a ceremony: see its transcript."),
  );
}
