import { adoptCeremony } from "./adoptCeremony.ts";
import { circuitOf, needed, runCommand } from "./runCommand.ts";

const usage = "node circuits/scripts/ceremony/adopt.ts TRANSCRIPT [--ptau FILE]";

await runCommand(usage, ["ptau"], async ([transcript], { ptau }) => {
  const { circuit } = await adoptCeremony({
    ...{ transcript: needed(transcript, "TRANSCRIPT"), circuitOf },
    ...(ptau !== undefined && { ptau }),
    onStep: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(
    `${circuit.name} has the ceremony's key now: build the contracts, and commit lock, key and verifier\n`,
  );
});
