import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readModel } from "@gristmill/circuits/models/readModel";
import { buildArtifacts } from "@gristmill/circuits/scripts/build";
import type { Sha256 } from "@gristmill/shared/ids/ids";
import { classify } from "@gristmill/shared/inference/classify";
import { commitInput } from "@gristmill/shared/inference/commitInput";
import { SEALED_FILE, sealInput } from "@gristmill/shared/inference/sealedInput";
import { type Workload, workloadSchema } from "@gristmill/shared/job/workload";
import { buildJobImage } from "@gristmill/tools/images/buildJobImage";
import { startDocker } from "@gristmill/tools/services/docker";
import type { Hex } from "viem";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { schedulerDouble } from "./schedulerDouble.ts";
import { accounts, PRICE, type TestMarket, testMarket } from "./testMarket.ts";

const SECONDS = 300;
const AMOUNT = PRICE * BigInt(SECONDS);
const FEE = (AMOUNT * 250n) / 10_000n;
const SALT = 123_456_789n;
const dir = mkdtempSync(join(tmpdir(), "gristmill-answers-"));
const imageStore = join(dir, "images");
const image = buildJobImage({ name: "verified-digits", programDir: "templates/verified-digits", outDir: imageStore });
const docker = await startDocker({ millDir: join(dir, "mill") });
const model = readModel("digits.json");
const picture = Uint8Array.from({ length: 784 }, (_, index) => (index % 28 > 12 && index % 28 < 16 ? 15 : 0));
const expected = classify(model, picture).class;
mkdirSync(join(dir, "spy"));
writeFileSync(
  join(dir, "spy", "main.mjs"),
  `import { readFileSync, writeFileSync } from "node:fs";
const stolen = readFileSync("/in/input.json", "utf8").trim();
console.log(stolen);
writeFileSync("/out/stolen.json", stolen);
writeFileSync("/out/answer.json", JSON.stringify({ class: ${expected}, stolen }));
`,
);
const spy = buildJobImage({ name: "spy", programDir: join(dir, "spy"), outDir: imageStore });
let chain: TestMarket;
let scheduler: Awaited<ReturnType<typeof schedulerDouble>>;
let modelId: Hex;
let assetId: bigint;
let agent: ChildProcess | undefined;
let said = "";

/** Waits for something that must come; the limit only ends a test that would hang. */
const until = async (what: () => unknown) => {
  for (let tries = 0; !(await what()); tries++) {
    if (tries > 2400) throw new Error(`this never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

beforeAll(async () => {
  await buildArtifacts({ circuits: ["usage", "publicDigits"] });
  chain = await testMarket();
  scheduler = await schedulerDouble({ chainId: 31_337, marketAddress: () => chain.contracts.market });
  mkdirSync(join(dir, "node"), { mode: 0o700 });
  writeFileSync(join(dir, "password"), "a password for tests", { mode: 0o600 });
  writeFileSync(join(dir, "market.json"), JSON.stringify(chain.market(scheduler.url)));
  agent = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    env: {
      ...{ PATH: process.env.PATH, HOME: dir, MARKET_FILE: join(dir, "market.json") },
      ...{ PROVIDER: accounts.provider.address, NODE_NAME: "test", REGION: "DE", DATA_DIR: join(dir, "node") },
      ...{ KEY_PASSWORD_FILE: join(dir, "password"), GPU: "simulated:l4:24576", IMAGE_STORE: imageStore },
      EXECUTOR: process.env.EXECUTOR ?? "auto",
      ...(docker.rung === "docker" ? { DOCKER_HOST: docker.host } : {}),
    },
  });
  for (const stream of [agent.stdout, agent.stderr]) {
    stream?.on("data", (text: Buffer) => {
      said += text;
    });
  }
  await until(() => scheduler.hello());
  const hello = scheduler.hello();
  if (!hello) throw new Error(said);
  assetId = await chain.list(hello.manifest, hello.pairing);
  modelId = await chain.registerDigits();
});
afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(said);
});
afterAll(async () => {
  agent?.kill("SIGKILL");
  chain?.stop();
  await scheduler?.stop();
  await docker.stop();
  rmSync(dir, { recursive: true, force: true });
});

type Asked = { sent?: object; program?: string; change?: (workload: Workload) => Workload };

/** Orders an answer; `sent` is what reaches the node, `change` what somebody makes of the workload after it was sealed. */
async function order({
  sent = { values: [...picture], salt: SALT.toString() },
  program = image.reference,
  change = (same) => same,
}: Asked = {}) {
  const hello = scheduler.hello();
  if (!hello) throw new Error(said);
  const { node, encryptionKey } = hello.manifest;
  const asked = workloadSchema.parse({
    ...{ image: program, memoryMiB: 128, maxSeconds: SECONDS },
    inference: { modelId, inputCommitment: commitInput(model, picture, SALT).toString(), sealedFor: [node] },
  });
  const bytes = Buffer.from(
    await sealInput(JSON.stringify(sent), [{ node, encryptionKey: encryptionKey ?? "0x" }], {
      ...{ chainId: 31_337, market: chain.contracts.market, workload: asked },
    }),
  );
  const inputs = [{ path: SEALED_FILE, sha256: scheduler.putArtifact(bytes) as Sha256, bytes: bytes.length }];
  const workload = workloadSchema.parse(change({ ...asked, inputs }));
  const before = await chain.tokens(accounts.buyer.address);
  const { terms, leaseId } = await chain.order(assetId, workload);
  scheduler.send({ type: "lease", leaseId, terms, workload, artifactsUrl: `${scheduler.url}/v1/artifacts` });
  return { terms, leaseId, before };
}
const phases = (leaseId: Hex) => scheduler.of("phase").filter((message) => message.leaseId === leaseId);

test("a node answers, proves and is paid in one go: nobody waits for a window, and nothing stays behind", async () => {
  const paidBefore = await chain.balance(accounts.provider.address);
  const { terms, leaseId, before } = await order();
  await until(() => phases(leaseId).some(({ phase }) => phase === "captured"));
  expect(phases(leaseId).at(-1)?.detail).toBe(`answered ${expected}; the proof is paid`);
  expect(await chain.lease(leaseId)).toMatchObject({ state: 4, reason: 1 });
  expect((await chain.balance(accounts.provider.address)) - paidBefore).toBe(AMOUNT);
  // The order minted the whole cap, and the rest of it came back.
  expect((await chain.tokens(accounts.buyer.address)) - before).toBe(terms.cap - AMOUNT - FEE);
  expect(await chain.job(terms)).toMatchObject({ closed: true, reserved: 0n, booked: 0n });
  // What ticks would say about time is nobody's business here.
  expect(scheduler.of("tick").filter((message) => message.leaseId === leaseId)).toEqual([]);
});

test("an input that is not the ordered one is not answered for money: everything goes back", async () => {
  const paidBefore = await chain.balance(accounts.provider.address);
  const { terms, leaseId, before } = await order({ sent: { values: [...picture].with(0, 1), salt: SALT.toString() } });
  await until(() => phases(leaseId).some(({ phase }) => phase === "failed"));
  expect(phases(leaseId).at(-1)?.detail).toContain("the input is not the one that was ordered");
  await until(async () => (await chain.lease(leaseId)).state === 3);
  await chain.refundInference(terms, leaseId);
  expect(await chain.tokens(accounts.buyer.address)).toBe(before + terms.cap);
  expect(await chain.balance(accounts.provider.address)).toBe(paidBefore);
});

test("whoever copies the sealed input into a job with another program gets nothing: the node does not open it", async () => {
  const { leaseId } = await order({ change: (same) => ({ ...same, image: spy.reference }) });
  await until(() => phases(leaseId).some(({ phase }) => phase === "failed"));
  expect(phases(leaseId).at(-1)?.detail).toContain("it was not sealed for this node and this job");
  // Given back before it started: nothing ran, nothing is owed, and the job is free for another node.
  await until(async () => (await chain.lease(leaseId)).state === 4);
  expect((await chain.lease(leaseId)).startedAt).toBe(0n);
  for (const bytes of scheduler.artifacts.values()) expect(bytes.toString()).not.toContain(SALT.toString());
});

test("a program that gives its input away, in files, in its answer and in its log, gets no more out than a class", async () => {
  const { leaseId } = await order({ program: spy.reference });
  await until(() => phases(leaseId).some(({ phase }) => phase === "captured"));
  const words = scheduler.of("log").flatMap(({ lines }) => lines.map(({ text }) => text));
  expect(words.join("\n")).not.toContain(SALT.toString());
  for (const bytes of scheduler.artifacts.values()) expect(bytes.toString()).not.toContain(SALT.toString());
});

test("a model that this node does not have is refused before the lease starts", async () => {
  const workload = workloadSchema.parse({
    ...{ image: image.reference, maxSeconds: SECONDS, inputs: [] },
    inference: { modelId: `0x${"11".repeat(32)}`, inputCommitment: "1", sealedFor: [accounts.buyer.address] },
  });
  const { terms, leaseId } = await chain.order(assetId, workload);
  scheduler.send({ type: "lease", leaseId, terms, workload, artifactsUrl: scheduler.url });
  await until(() => phases(leaseId).some(({ phase }) => phase === "failed"));
  expect((await chain.lease(leaseId)).startedAt).toBe(0n);
});
