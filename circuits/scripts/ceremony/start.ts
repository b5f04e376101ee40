import { circuitOf, needed, runCommand } from "./runCommand.ts";
import { startCeremony } from "./startCeremony.ts";

const usage = "node circuits/scripts/ceremony/start.ts CIRCUIT DIR --ptau FILE --origin TEXT [--rehearsal]";

await runCommand(usage, ["ptau", "origin"], async ([name, dir], { ptau, origin, rehearsal }) => {
  const circuit = circuitOf(needed(name, "CIRCUIT"));
  if (!circuit) throw new Error(`there is no circuit "${name}"`);
  const transcript = await startCeremony({
    circuit,
    dir: needed(dir, "DIR"),
    ptau: needed(ptau, "--ptau"),
    origin: needed(origin, "--origin"),
    rehearsal: rehearsal !== undefined,
  });
  process.stdout.write(`${transcript.circuit.constraints} constraints; send ${dir} to the first contributor\n`);
});
