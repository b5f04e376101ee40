import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it } from "vitest";
import { waitUntil } from "../services/waitUntil.ts";

/** Counts what it is told, as the agent does, and ends at the second time. */
const agent = `let told = 0;
for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => { process.stdout.write(signal + "\\n"); if (++told === 2) process.exit(7); });
setInterval(() => {}, 1000);
process.stdout.write("ready\\n");`;

it("one Ctrl-C reaches the agent once, so that the running lease is finished and not stopped", async () => {
  const [runAgent, shutdown] = ["runAgent.ts", "../cli/shutdown.ts"].map((file) => join(import.meta.dirname, file));
  const code = `const { runAgent } = await import(${JSON.stringify(runAgent)});
const { shutdownOnSignals } = await import(${JSON.stringify(shutdown)});
shutdownOnSignals(() => {});
process.exit(await runAgent(["-e", ${JSON.stringify(agent)}], process.env));`;
  // A group of its own stands for what a terminal sends Ctrl-C to.
  const command = spawn(process.execPath, ["--input-type=module", "-e", code], { detached: true });
  let said = "";
  command.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const pressCtrlC = () => process.kill(-(command.pid ?? 0), "SIGINT");
  expect(await waitUntil(() => said === "ready\n", { timeoutMs: 20_000 })).toBe(true);
  pressCtrlC();
  expect(await waitUntil(() => said.includes("SIG"), { timeoutMs: 10_000 })).toBe(true);
  const ended = once(command, "exit");
  pressCtrlC();
  expect(await ended).toEqual([7, null]);
  expect(said).toBe("ready\nSIGINT\nSIGINT\n");
});
