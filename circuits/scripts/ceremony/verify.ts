import { circuitOf, needed, runCommand } from "./runCommand.ts";
import { verifyCeremony } from "./verifyCeremony.ts";

const usage = "node circuits/scripts/ceremony/verify.ts TRANSCRIPT [--ptau FILE] [--rehearsal]";

await runCommand(usage, ["ptau"], async ([transcript], { ptau, rehearsal }) => {
  const checked = await verifyCeremony({
    ...{ transcript: needed(transcript, "TRANSCRIPT"), circuitOf, rehearsal: rehearsal !== undefined },
    ...(ptau !== undefined && { ptau }),
    onStep: (line) => process.stdout.write(`${line}\n`),
  });
  if (checked.rehearsal) {
    process.stdout.write(
      "the rehearsal's transcript holds; its key is worth nothing, for its powers of tau are public\n",
    );
    return;
  }
  const names = checked.contributions.map(({ name }) => name).join(", ");
  process.stdout.write(
    `the ceremony holds: nobody can forge proofs as long as one of these deleted their entropy: ${names}\n`,
  );
});
