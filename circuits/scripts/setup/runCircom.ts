import fs from "node:fs";
import { createRequire } from "node:module";
import { bindings, CircomRunner } from "circom2";

/**
 * circom in the working directory, with the arguments of its own command line.
 *
 * Its hash tables draw their seeds at random, and the order of some functions in a witness program follows them: the
 * same source gave one of two programs (circom 2.2.3, publicDigits). Here the seeds are always the same, so that a
 * source has one program and one hash.
 */
const circom = new CircomRunner({
  args: process.argv.slice(2),
  env: {},
  preopens: { ".": "." },
  bindings: {
    ...bindings,
    fs,
    exit: (code: number) => process.exit(code),
    kill: (signal: NodeJS.Signals) => process.kill(process.pid, signal),
    randomFillSync: (buffer: Uint8Array, offset: number, size: number) => buffer.fill(0, offset, offset + size),
  },
});
await circom.execute(fs.readFileSync(createRequire(import.meta.url).resolve("circom2/circom.wasm")));
