import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Checkpoint } from "@gristmill/shared/heartbeat/nodeMessages";
import { canonicalJson } from "@gristmill/shared/ids/canonicalJson";
import type { Sha256 } from "@gristmill/shared/ids/ids";
import { type Workload, workloadSchema } from "@gristmill/shared/job/workload";
import { outputCommitment, outputManifestSchema } from "@gristmill/shared/receipt/output";
import { startDocker } from "@gristmill/tools/services/docker";
import type { Hex } from "viem";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { schedulerDouble } from "./schedulerDouble.ts";
import { testImage } from "./testImage.ts";
import { accounts, PRICE, type TestMarket, testMarket } from "./testMarket.ts";

const INPUT = Buffer.from("a line of input\n");
const dir = mkdtempSync(join(tmpdir(), "gristmill-agent-"));
const image = testImage();
const docker = await startDocker({ millDir: join(dir, "mill") });
let chain: TestMarket;
let scheduler: Awaited<ReturnType<typeof schedulerDouble>>;
let assetId: bigint;
let agent: ChildProcess | undefined;
let said = "";

const environment = () => ({
  ...{ PATH: process.env.PATH, HOME: dir, MARKET_FILE: join(dir, "market.json"), PROVIDER: accounts.provider.address },
  ...{ NODE_NAME: "test", REGION: "DE", DATA_DIR: join(dir, "node"), KEY_PASSWORD_FILE: join(dir, "password") },
  ...{ GPU: "simulated:l4:24576", IMAGE_STORE: image.imageStore, TICK_SECONDS: "1", NOTARY_GRACE_SECONDS: "5" },
  // EXECUTOR=runc vitest run test/runLease: the same on another rung.
  EXECUTOR: process.env.EXECUTOR ?? "auto",
  ...(docker.rung === "docker" ? { DOCKER_HOST: docker.host } : {}),
});

function startAgent(): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], { env: environment() });
  child.stdout.on("data", (text: Buffer) => {
    said += text;
  });
  child.stderr.on("data", (text: Buffer) => {
    said += text;
  });
  return child;
}
const gone = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null
    ? undefined
    : new Promise((resolve) => child.once("exit", resolve));
/** Waits for something that must come; the limit only ends a test that would hang. */
const until = async (what: () => unknown) => {
  for (let tries = 0; !(await what()); tries++) {
    if (tries > 900) throw new Error(`this never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

beforeAll(async () => {
  chain = await testMarket();
  scheduler = await schedulerDouble({ chainId: 31_337, marketAddress: () => chain.contracts.market });
  mkdirSync(join(dir, "node"), { mode: 0o700 });
  writeFileSync(join(dir, "password"), "a password for tests", { mode: 0o600 });
  writeFileSync(join(dir, "market.json"), JSON.stringify(chain.market(scheduler.url)));
  agent = startAgent();
  await until(() => scheduler.hello());
  const hello = scheduler.hello();
  if (!hello) throw new Error(said);
  assetId = await chain.list(hello.manifest, hello.pairing);
  scheduler.putArtifact(INPUT);
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
  rmSync(image.imageStore, { recursive: true, force: true });
});

async function order(probes: string[], change: Partial<Workload> = {}, saved?: Checkpoint) {
  const workload = workloadSchema.parse({
    ...{ image: image.reference, command: probes, memoryMiB: 128, maxSeconds: 60 },
    inputs: [{ path: "input.txt", sha256: scheduler.putArtifact(INPUT), bytes: INPUT.length }],
    ...change,
  });
  const { terms, leaseId } = await chain.order(assetId, workload);
  const artifactsUrl = `${scheduler.url}/v1/artifacts`;
  const checkpoint = saved && { checkpoint: saved };
  const hint = () => scheduler.send({ type: "lease", leaseId, terms, workload, artifactsUrl, ...checkpoint });
  hint();
  return { terms, leaseId, workload, hint };
}
const phases = (leaseId: Hex) => scheduler.of("phase").filter((message) => message.leaseId === leaseId);
const receipts = (leaseId: Hex) => scheduler.of("receipt").filter((message) => message.leaseId === leaseId);
const closed = (leaseId: Hex) => until(async () => (await chain.lease(leaseId)).state === 4);
const lines = (leaseId: Hex) =>
  scheduler.of("log").flatMap((message) => (message.leaseId === leaseId ? message.lines : []));

test("a funded job runs, its output is stored, and exactly its proven seconds are captured", async () => {
  const { terms, leaseId } = await order(["work"], { env: { SECONDS: "3" } });
  await closed(leaseId);
  await until(() => receipts(leaseId).some(({ last }) => last));
  await until(() => phases(leaseId).some(({ phase }) => phase === "captured"));
  const lease = await chain.lease(leaseId);
  expect(lease).toMatchObject({ reason: 1, sequence: 1 });
  expect(lease.billedSeconds).toBeGreaterThanOrEqual(3);
  expect(lease.billedSeconds).toBeLessThanOrEqual(60);
  const job = await chain.job(terms);
  expect(job.booked).toBe(PRICE * BigInt(lease.billedSeconds));
  expect(job.reserved).toBe(0n);

  const output = [...scheduler.artifacts.values()]
    .map((bytes) => bytes.toString())
    .filter((text) => text.startsWith('{"exitCode"'))
    .map((text) => outputManifestSchema.parse(JSON.parse(text)))
    .find((manifest) => outputCommitment(manifest) === lease.output);
  expect(output?.exitCode).toBe(0);
  expect(output?.files.map(({ path }) => path)).toEqual(["result.txt"]);
  expect(scheduler.artifacts.get(output?.files[0]?.sha256 ?? "")?.toString()).toBe("A LINE OF INPUT\n");
  expect(scheduler.artifacts.has(lease.output.slice(2))).toBe(true);
  expect(canonicalJson(output)).toContain("result.txt");

  const told = lines(leaseId)
    .filter(({ stream }) => stream === "stdout")
    .map(({ text }) => text);
  expect(told.slice(0, 3)).toEqual(["second 0", "second 1", "second 2"]);
  expect(phases(leaseId).map(({ phase }) => phase)).toEqual(["pulling", "running", "proving", "captured"]);
});

test("a program's saved state is stored while it runs, and a machine that takes over goes on from it", async () => {
  const change = { env: { SECONDS: "9" }, checkpoint: { everySeconds: 5 } };
  const first = await order(["count"], change);
  await closed(first.leaseId);
  const [saved] = scheduler.of("checkpoint").filter((message) => message.leaseId === first.leaseId);
  if (saved === undefined) throw new Error(said);
  const step = Number(scheduler.artifacts.get(saved.sha256)?.toString());
  expect(step).toBeGreaterThan(0);
  expect(step).toBeLessThan(9);

  const { sha256, bytes } = saved;
  const second = await order(["count"], change, { sha256, bytes });
  await closed(second.leaseId);
  const told = lines(second.leaseId).filter(({ stream }) => stream === "stdout");
  expect(told[0]?.text).toBe(`step ${step}`);
  const output = [...scheduler.artifacts.values()].map(String).filter((text) => text.startsWith('{"exitCode"'));
  // The state is no output.
  expect(output.some((text) => text.includes("result.txt"))).toBe(true);
  expect(output.join()).not.toContain("checkpoint");

  // Content that is gone costs the time since the beginning, not the job.
  const third = await order(
    ["count"],
    { ...change, env: { SECONDS: "1" } },
    { sha256: "0".repeat(64) as Sha256, bytes: 1 },
  );
  await closed(third.leaseId);
  const texts = lines(third.leaseId).map(({ text }) => text);
  expect(texts.some((text) => text.includes("the work begins anew"))).toBe(true);
  expect(texts).toContain("step 0");
});

test("a job longer than one receipt is billed while it runs, and no second twice", async () => {
  const { leaseId } = await order(["work"], { env: { SECONDS: "19" } });
  await closed(leaseId);
  await until(() => receipts(leaseId).some(({ last }) => last));
  const all = receipts(leaseId).sort((a, b) => a.sequence - b.sequence);
  expect(all.map(({ sequence, last }) => [sequence, last])).toEqual([
    [0, false],
    [1, true],
  ]);
  expect(all[1]?.from).toBe(all[0]?.to);
  const lease = await chain.lease(leaseId);
  expect(lease.billedSeconds).toBe(all[1]?.to);
});

test("a workload that fails is billed for what it ran and its failure is said", async () => {
  const { leaseId } = await order(["fail"]);
  await closed(leaseId);
  const lease = await chain.lease(leaseId);
  expect(lease.reason).toBe(2);
  // It fails at once, and yet its provider had the work and the gas.
  expect(lease.billedSeconds).toBeGreaterThanOrEqual(1);
  await until(() => phases(leaseId).some(({ phase }) => phase === "captured"));
  expect(phases(leaseId).find(({ phase }) => phase === "failed")?.detail).toContain("exit code 3");
});

test("the buyer pays no second past the time that was bought", async () => {
  const { leaseId } = await order(["sleep"], { maxSeconds: 3 });
  await closed(leaseId);
  expect((await chain.lease(leaseId)).billedSeconds).toBe(3);
  await until(() => phases(leaseId).some(({ phase, detail }) => phase === "captured" && detail.includes("paid time")));
});

test("a flood of log lines is cut off, not stored without end", async () => {
  const { leaseId } = await order(["flood"]);
  await closed(leaseId);
  await until(() => lines(leaseId).some(({ stream, text }) => stream === "agent" && text.includes("log cut here")));
  expect(lines(leaseId).reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(4.5 * 1_048_576);
});

test("a hint that does not match the chain starts nothing and frees the asset", async () => {
  const workload = workloadSchema.parse({ image: image.reference, command: ["work"], maxSeconds: 10 });
  const { terms, leaseId } = await chain.order(assetId, workload);
  const other = { ...workload, command: ["sleep"] };
  scheduler.send({ type: "lease", leaseId, terms, workload: other, artifactsUrl: scheduler.url });
  await closed(leaseId);
  expect(await chain.lease(leaseId)).toMatchObject({ reason: 4, billedSeconds: 0 });
  expect(phases(leaseId).map(({ phase, detail }) => [phase, detail.includes("workload is not the one")])).toEqual([
    ["failed", true],
  ]);
});

test("an input that is not what its hash says never reaches a workload, and nothing is billed", async () => {
  const sha256 = scheduler.putArtifact(Buffer.from("the real input"));
  scheduler.artifacts.set(sha256, Buffer.from("a forged input"));
  const { leaseId } = await order(["work"], { inputs: [{ path: "input.txt", sha256: sha256 as never, bytes: 14 }] });
  await closed(leaseId);
  expect(await chain.lease(leaseId)).toMatchObject({ reason: 4, startedAt: 0n, billedSeconds: 0 });
});

test("when the notary stops signing, the workload stops and only signed seconds are billed", async () => {
  const { leaseId } = await order(["sleep"]);
  await until(() => scheduler.of("tick").filter((tick) => tick.leaseId === leaseId).length >= 2);
  scheduler.behaviour.refuseTicks = true;
  await closed(leaseId);
  scheduler.behaviour.refuseTicks = false;
  const refusedFrom =
    scheduler
      .of("tick")
      .filter((tick) => tick.leaseId === leaseId)
      .at(-1)?.to ?? 0;
  const lease = await chain.lease(leaseId);
  expect(lease.billedSeconds).toBeGreaterThan(0);
  expect(lease.billedSeconds).toBeLessThan(refusedFrom);
});

test("a lease of which nothing was ever signed is closed at once: the buyer's money does not wait for the claim deadline", async () => {
  scheduler.behaviour.refuseTicks = true;
  const { leaseId } = await order(["sleep"]);
  await closed(leaseId);
  scheduler.behaviour.refuseTicks = false;
  expect(await chain.lease(leaseId)).toMatchObject({ state: 4, billedSeconds: 0, reserved: 0n });
});

for (const [when, seconds, moment] of [
  // Long enough for a busy machine to have the agent back before the workload ends.
  [
    "while the workload runs",
    15,
    (leaseId: Hex) => scheduler.of("tick").filter((tick) => tick.leaseId === leaseId).length >= 3,
  ],
  ["while the usage is proven", 4, (leaseId: Hex) => phases(leaseId).some(({ phase }) => phase === "proving")],
] as const) {
  test(`an agent killed ${when} goes on after its restart and bills nothing twice`, async () => {
    const { leaseId, terms } = await order(["work"], { env: { SECONDS: String(seconds) } });
    await until(() => moment(leaseId));
    agent?.kill("SIGKILL");
    if (agent) await gone(agent);
    agent = startAgent();
    await closed(leaseId);
    await until(() => receipts(leaseId).some(({ last }) => last));
    const lease = await chain.lease(leaseId);
    expect(lease.billedSeconds).toBeGreaterThan(0);
    expect((await chain.job(terms)).booked).toBe(PRICE * BigInt(lease.billedSeconds));
    // An engine's container outlives the agent: the work is finished, and its log is whole.
    if (said.includes("executor      docker") && when === "while the workload runs") {
      expect(phases(leaseId).some(({ detail }) => detail.includes("still running on docker"))).toBe(true);
      const told = lines(leaseId).flatMap(({ stream, text }) =>
        stream === "stdout" && text.startsWith("second") ? [text] : [],
      );
      expect([...new Set(told)]).toEqual(Array.from({ length: seconds }, (_, second) => `second ${second}`));
    }
    const bills = receipts(leaseId).map(({ sequence }) => sequence);
    expect(new Set(bills).size).toBe(lease.sequence);
  });
}

test("a lost connection comes back and the lease goes on", async () => {
  const { leaseId } = await order(["work"], { env: { SECONDS: "4" } });
  await until(() => scheduler.of("tick").some((tick) => tick.leaseId === leaseId));
  scheduler.drop();
  await closed(leaseId);
  expect(await chain.lease(leaseId)).toMatchObject({ reason: 1 });
});

test("the agent's key is nowhere but in its encrypted file", () => {
  const keystore = readFileSync(join(dir, "node", "key.json"), "utf8");
  expect(JSON.parse(keystore)).toHaveProperty("Crypto");
  expect(said).not.toMatch(/0x[0-9a-f]{64}.*private|privateKey/i);
});

test("a stopped agent leaves in peace and says so", async () => {
  agent?.kill("SIGTERM");
  if (agent) await gone(agent);
  expect(agent?.exitCode).toBe(0);
  expect(said).toContain("nothing runs here any more");
  const status = JSON.parse(readFileSync(join(dir, "node", "status.json"), "utf8"));
  expect(status).toMatchObject({ stage: "stopped", proofs: { waiting: 0, proving: 0, capacity: 64, stage: "idle" } });
});
