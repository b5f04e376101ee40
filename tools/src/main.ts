import { millDir } from "./checkout.ts";
import { claimMarket } from "./cli/claimMarket.ts";
import { createSay } from "./cli/say.ts";
import { shutdown, shutdownOnSignals } from "./cli/shutdown.ts";
import { ServiceError } from "./services/serviceError.ts";

const say = createSay();

/** Commands are imported when they are called: `down` must work when the rest is broken. */
const commands: Record<string, (args: string[]) => Promise<number>> = {
  demo: async (args) => {
    claimMarket(millDir);
    return (await import("./demo/demo.ts")).runDemo(args);
  },
  up: async (args) => {
    claimMarket(millDir);
    return (await import("./demo/up.ts")).runUp(args);
  },
  node: async (args) => (await import("./node/runNode.ts")).runNode(args, say),
  provide: async (args) => (await import("./node/runProvide.ts")).runProvide(args, say),
  build: async () => {
    const { buildMarket, buildWeb } = await import("./market/buildMarket.ts");
    await buildMarket(say);
    await buildWeb(say);
    return 0;
  },
  down: async () => {
    const stopped = await (await import("./cli/down.ts")).down(millDir);
    for (const what of stopped) say.fact("stopped", what);
    if (stopped.length === 0) say.line("Nothing of this checkout runs.");
    return 0;
  },
  test: async (args) => (await import("./cli/test.ts")).runTests(args, say),
  bench: async (args) => (await import("./cli/bench.ts")).runBench(args),
  doctor: async (args) => (await import("./cli/doctor.ts")).runDoctor(args, say),
};

async function main([name = "", ...args]: string[]): Promise<number> {
  const command = commands[name];
  if (!command) {
    process.stderr.write(`mill: there is no command "${name}"; see ./mill help\n`);
    return 2;
  }
  shutdownOnSignals((line) => process.stderr.write(`${line}\n`));
  try {
    return await command(args);
  } catch (error) {
    // A service that could not start explains itself; anything else is ours, and its stack helps.
    const text = error instanceof ServiceError ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`\nmill ${name}: ${text}\n`);
    return 1;
  } finally {
    for (const failure of await shutdown()) process.stderr.write(`not stopped: ${failure}\n`);
  }
}

process.exit(await main(process.argv.slice(2)));
