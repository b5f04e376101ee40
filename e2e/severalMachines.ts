import { fundBuyer } from "@gristmill/tools/demo/fundBuyer";
import { acceptJob, askQuote, checkQuote, pay } from "@gristmill/tools/demo/purchase";
import { watchJob } from "@gristmill/tools/demo/watchJob";
import { roleAccount } from "@gristmill/tools/market/roles";
import type { RunningMarket } from "@gristmill/tools/market/startMarket";
import type { SupervisedProcess } from "@gristmill/tools/services/process";
import { expect } from "vitest";

/** Orders the same work on two machines at once, and compares what they give: one cannot lie without the other. */
export async function runTwice({ market, templates, provider: chain }: RunningMarket): Promise<void> {
  const template = templates[0];
  if (template === undefined) throw new Error("the market has no job template");
  const buyer = roleAccount("buyer");
  await fundBuyer(market, chain);
  const requirements = { gangSize: 2, apart: "node" };
  const quote = await askQuote(market, buyer, template, { env: { RESAMPLES: "3000" }, requirements });
  await checkQuote(market, quote, chain);
  const { job: ordered, token } = await pay(market, buyer, quote);
  const watch = (until: Parameters<typeof watchJob>[2]["until"]) =>
    watchJob(market.schedulerUrl, ordered.jobId, {
      ...{ until, onChange: () => undefined, onLog: () => undefined, timeoutMs: 200_000, token },
    });
  const done = await watch(({ status }) => status === "captured");
  expect(done.leases.map(({ shard }) => shard).sort()).toEqual([0, 1]);
  expect(new Set(done.leases.map(({ node }) => node)).size).toBe(2);
  const [one, other] = done.outputs;
  expect(one?.manifest.files.map(({ path }) => path)).toEqual(["summary.json", "summary.md"]);
  expect(other?.commitment).toBe(one?.commitment);
  await acceptJob(market, buyer, done);
  const { money } = await watch(({ status }) => status === "settled");
  expect(money.paid + money.fees + money.refunded).toBe(money.deposited);
  const earned = done.leases.map(({ billedSeconds, pricePerSecond }) => BigInt(billedSeconds) * pricePerSecond);
  expect(money.paid).toBe(earned.reduce((sum, each) => sum + each, 0n));
}

/**
 * Pulls the plug of the machine that runs a job, as soon as the program has saved its state, and looks at what follows: the work goes
 * on elsewhere from there, out of the same payment, and both machines are paid what they proved.
 *
 * @param cheapest the machine that will get the job
 * @param plugIn starts that machine again
 */
export async function pullThePlug(
  { market, templates, provider: chain }: RunningMarket,
  cheapest: SupervisedProcess,
  plugIn: () => Promise<unknown>,
): Promise<void> {
  const template = templates[0];
  if (template === undefined) throw new Error("the market has no job template");
  const buyer = roleAccount("buyer");
  await fundBuyer(market, chain);
  const quote = await askQuote(market, buyer, template, { env: { RESAMPLES: "80000" }, failoverPriceCap: 1_000n });
  await checkQuote(market, quote, chain);
  const { job: ordered, token } = await pay(market, buyer, quote);
  const said: string[] = [];
  const watch = (until: Parameters<typeof watchJob>[2]["until"], timeoutMs = 200_000) => {
    said.length = 0;
    const onLog = ({ text }: { text: string }) => void said.push(text);
    return watchJob(market.schedulerUrl, ordered.jobId, { until, onChange: () => undefined, onLog, timeoutMs, token });
  };

  const saved = await watch(({ checkpoints }) => checkpoints.length > 0);
  expect(saved.leases).toHaveLength(1);
  process.kill(-cheapest.pid, "SIGKILL");
  await cheapest.exited;

  // The last machine is done: what the first one did not prove yet is still its own to claim.
  const done = await watch(({ leases }) => leases[1]?.state === "closed");
  expect(done.leases.map(({ reason, endedBy }) => [reason, endedBy])).toEqual([
    ["node_lost", "provider"],
    ["completed", "nobody"],
  ]);
  expect(done.leases[1]?.assetName).not.toBe(done.leases[0]?.assetName);
  expect(said.some((text) => text.startsWith("going on from the state that an earlier machine saved"))).toBe(true);
  expect(said.some((text) => text.startsWith("going on where an earlier machine stopped"))).toBe(true);
  expect(said).toContain("the workload ended with exit code 0");
  expect(done.output?.manifest.files.map(({ path }) => path)).toEqual(["summary.json", "summary.md"]);

  await plugIn();
  const captured = await watch(({ status, leases }) => status === "captured" && leases[0]?.state === "closed");
  for (const { billedSeconds } of captured.leases) expect(billedSeconds).toBeGreaterThan(0);
  await acceptJob(market, buyer, captured);
  const { money, leases } = await watch(({ status }) => status === "settled");
  expect(money.paid + money.fees + money.refunded).toBe(money.deposited);
  const earned = leases.map(({ billedSeconds, pricePerSecond }) => BigInt(billedSeconds) * pricePerSecond);
  expect(money.paid).toBe(earned.reduce((sum, each) => sum + each, 0n));
}
