import { finishCeremony } from "./finishCeremony.ts";
import { circuitOf, needed, runCommand } from "./runCommand.ts";
import { readTranscript, transcriptFile } from "./transcript.ts";

const usage =
  "node circuits/scripts/ceremony/finish.ts DIR --beacon HEX --source TEXT [--iterations N]   (2^N sha256, 10 unless told)";

await runCommand(usage, ["beacon", "source", "iterations"], async ([dir], { beacon, source, iterations = "10" }) => {
  const folder = needed(dir, "DIR");
  const { name } = readTranscript(transcriptFile(folder)).circuit;
  const circuit = circuitOf(name);
  if (!circuit) throw new Error(`there is no circuit "${name}"`);
  const value = needed(beacon, "--beacon").replace(/^0x/, "").toLowerCase();
  const { final } = await finishCeremony({
    ...{ dir: folder, circuit },
    beacon: { value, source: needed(source, "--source"), iterationsExp: Number(iterations) },
  });
  process.stdout.write(`verification key ${final?.verificationKeyHash}\nPublish ${folder}.\n`);
});
