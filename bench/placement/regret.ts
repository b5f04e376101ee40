import { assetFixture } from "@gristmill/scheduler/src/domain/placement/assetFixture.ts";
import { nothing, plus, resourcesOf } from "@gristmill/scheduler/src/domain/placement/epoch/fairness.ts";
import { optionsOf } from "@gristmill/scheduler/src/domain/placement/epoch/optionsOf.ts";
import { planEpoch } from "@gristmill/scheduler/src/domain/placement/epoch/planEpoch.ts";
import type { Want } from "@gristmill/scheduler/src/domain/placement/epoch/want.ts";
import { rank } from "@gristmill/scheduler/src/domain/placement/rank.ts";
import type { AssetView } from "@gristmill/shared/api/views";
import { workloadSchema } from "@gristmill/shared/job/workload";
import highsModule from "highs";
import type { Row } from "../row.ts";
import { seededRandom } from "./seededRandom.ts";

// A CommonJS module whose types say `default` for what `require` gives.
const loadHighs = highsModule as unknown as typeof highsModule.default;

const INSTANCES = 300;
const ASSETS = 14;
/** More than the assets: demand exceeds supply. */
const WANTS = 18;
const workload = workloadSchema.parse({ image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 100 });
const address = (number: number) => `0x${String(number).padStart(40, "0")}` as const;

interface Instance {
  assets: AssetView[];
  wants: Want[];
}

/** How far a plan of one epoch stays below the best plan there is, found by an exact solver on small crowded markets. */
export async function benchRegret(): Promise<Row[]> {
  const highs = await loadHighs();
  return [false, true].flatMap((gangs) => {
    const regrets: number[] = [];
    for (let seed = 1; seed <= INSTANCES; seed++) {
      const instance = randomInstance(seed, gangs);
      const worths = instance.wants.map((want) => listOf(instance, want));
      const ours = worthOfPlan(instance);
      const solved = highs.solve(programOf(instance, worths), { mip_rel_gap: 0 });
      if (solved.Status !== "Optimal") throw new Error(`the solver says ${solved.Status} of instance ${seed}`);
      const best = solved.ObjectiveValue;
      if (ours > best + 1e-6)
        throw new Error(`instance ${seed}: ${ours} is above the optimum ${best}: the model is wrong`);
      regrets.push(best === 0 ? 0 : (best - ours) / best);
    }
    regrets.sort((a, b) => a - b);
    const percent = (part: number) => `${(part * 100).toFixed(2)} %`;
    const mean = regrets.reduce((sum, each) => sum + each, 0) / regrets.length;
    const what = gangs ? "with gangs, anti-affinity and shared hardware" : "one asset a job";
    return [
      {
        what: `regret against the exact optimum (HiGHS), ${INSTANCES} instances of ${WANTS} jobs on ${ASSETS} assets, ${what}: mean (p95, worst)`,
        value: `${percent(mean)} (${percent(regrets[Math.floor(INSTANCES * 0.95)] ?? 0)}, ${percent(regrets.at(-1) ?? 0)})`,
        ratio: "target 2 %",
      },
    ];
  });
}

function randomInstance(seed: number, gangs: boolean): Instance {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const { listing } = assetFixture();
  if (listing === null) throw new Error("the fixture is bare");
  const assets = Array.from({ length: ASSETS }, (_, index) =>
    assetFixture({
      assetId: String(index + 1),
      node: address(gangs ? below(8) : index),
      provider: address(100 + below(5)),
      units: gangs ? ([0n, 1n, 2n, 3n, 4n, 12n, 15n][below(7)] ?? 0n) : 0n,
      region: ["DE", "FR", "US"][below(3)] ?? "DE",
      memoryBytes: BigInt(1 + below(4)) * 1_048_576n,
      listing: { ...listing, pricePerSecond: BigInt(10 + below(90)) },
    }),
  );
  const wants = Array.from({ length: WANTS }, (_, index): Want => {
    const bid = BigInt(20 + below(100));
    const region = random() < 0.6 ? ["DE", "FR", "US"][below(3)] : undefined;
    const requirements = { gpuCount: 0, minVramMiB: below(4), ...(region === undefined ? {} : { region }) };
    const demand = { requirements, workload, pricePerSecondCap: bid, budget: undefined, feeBps: 0, now: 1_800_000_000 };
    const size = gangs && random() < 0.25 ? 2 + below(2) : 1;
    const apart = size === 1 ? "nothing" : (["nothing", "node", "provider"] as const)[below(3)];
    return { jobId: String(index), buyer: "one", bid, demand, size, apart: apart ?? "nothing" };
  });
  return { assets, wants };
}

function listOf({ assets }: Instance, want: Want) {
  const fitting = rank(assets, want.demand).candidates.map(({ asset }) => asset);
  return optionsOf(want, fitting);
}

function worthOfPlan(instance: Instance): number {
  const { assets, wants } = instance;
  const plan = planEpoch({
    wants,
    list: (demand) => rank(assets, demand).candidates.map(({ asset }) => asset),
    used: new Map(),
    total: assets.map(resourcesOf).reduce(plus, nothing),
  });
  let worth = 0;
  for (const { want, assets: got } of plan.placed) {
    const options = listOf(instance, want);
    for (const asset of got) worth += options.find((option) => option.asset === asset)?.worth ?? 0;
  }
  return worth;
}

/** The same choice as a 0-1 program: x is "this want gets this asset", y "this want is placed". */
function programOf({ wants }: Instance, options: ReturnType<typeof listOf>[]): string {
  const objective: string[] = [];
  const rows: string[] = [];
  const binaries: string[] = [];
  const users = new Map<string, string[]>();
  const use = (key: string, variable: string) => users.set(key, [...(users.get(key) ?? []), variable]);
  for (const [index, want] of wants.entries()) {
    const own: string[] = [];
    for (const { asset, worth } of options[index] ?? []) {
      const variable = `x_${index}_${asset.assetId}`;
      own.push(variable);
      objective.push(`+ ${worth} ${variable}`);
      use(`asset_${asset.assetId}`, variable);
      for (let bit = 0; bit < 4; bit++) {
        if ((asset.units >> BigInt(bit)) & 1n) use(`bit_${asset.node}_${bit}`, variable);
      }
      if (want.apart !== "nothing") use(`apart_${index}_${asset[want.apart]}`, variable);
    }
    if (own.length === 0) continue;
    binaries.push(...own, `y_${index}`);
    rows.push(`${own.join(" + ")} - ${want.size} y_${index} = 0`);
  }
  for (const variables of users.values()) if (variables.length > 1) rows.push(`${variables.join(" + ")} <= 1`);
  const constraints = rows.map((row, index) => ` c${index}: ${row}`).join("\n");
  return `Maximize\n obj: ${objective.join(" ")}\nSubject To\n${constraints}\nBinary\n ${binaries.join(" ")}\nEnd\n`;
}
