// What forge runs as its compiler: npm's solc, which has no command line for standard JSON.
// Usage: solc.ts --version | solc.ts --standard-json < INPUT
import { readFileSync } from "node:fs";
import solc from "solc";

if (process.argv.includes("--version")) process.stdout.write(`solc\nVersion: ${solc.version()}\n`);
else process.stdout.write(solc.compile(readFileSync(0, "utf8")));
