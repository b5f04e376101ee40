import { cpus } from "node:os";
import { benchAssigned } from "./assigned.ts";
import { benchContracts } from "./contracts.ts";
import { benchHeartbeats } from "./heartbeats.ts";
import { benchKill } from "./kill.ts";
import { benchPlacement } from "./placement.ts";
import { benchProofs } from "./proofs.ts";
import type { Row } from "./row.ts";
import { benchScheduler } from "./scheduler.ts";

const benches: Record<string, () => Promise<Row[]>> = {
  contracts: benchContracts,
  proofs: benchProofs,
  placement: benchPlacement,
  heartbeats: benchHeartbeats,
  scheduler: benchScheduler,
  assigned: benchAssigned,
  kill: benchKill,
};

const wanted = process.argv
  .slice(2)
  .map((argument) => argument.replace(/^--/, ""))
  .filter((name) => name !== "large");
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(`bench: there is no "${unknown.join(", ")}"; there are: ${Object.keys(benches).join(", ")}\n`);
  process.exit(2);
}

const { length: cores, 0: cpu } = cpus();
process.stdout.write(
  `${new Date().toISOString().slice(0, 10)}, ${cpu?.model ?? "unknown CPU"}, ${cores} cores, Node ${process.version}\n`,
);
for (const [name, bench] of Object.entries(benches)) {
  // Hundreds of kills take an hour: only when asked for by name.
  if (wanted.length > 0 ? !wanted.includes(name) : name === "kill") continue;
  process.stdout.write(`\n## ${name}\n\n| what | value | beside the baseline |\n|---|--:|--:|\n`);
  for (const { what, value, ratio } of await bench()) process.stdout.write(`| ${what} | ${value} | ${ratio} |\n`);
}
// snarkjs keeps its worker threads; nothing is left to wait for.
process.exit(0);
