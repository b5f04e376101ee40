import { contributeToCeremony } from "./contributeToCeremony.ts";
import { readEntropy } from "./readEntropy.ts";
import { needed, runCommand } from "./runCommand.ts";

const usage = "node circuits/scripts/ceremony/contribute.ts DIR --name NAME   (entropy is typed, or piped in)";

await runCommand(usage, ["name"], async ([dir], { name }) => {
  const folder = needed(dir, "DIR");
  const who = needed(name, "--name");
  const entropy = await readEntropy("Type at random, then Enter (nothing is shown): ");
  const hash = await contributeToCeremony(folder, who, entropy);
  process.stdout.write(
    `contribution of ${who}:\n${hash}\nPublish this hash under your name, and send the folder on.\n`,
  );
});
