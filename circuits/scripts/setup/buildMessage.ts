import type { Circuit } from "./circuitList.ts";

/** What a child process of the build is asked to do; paths are absolute. */
export type BuildStep =
  /** Leaves NAME.r1cs, NAME.wasm and NAME.sym in `dir`. */
  | { step: "compile"; circuit: Circuit; dir: string }
  /** Leaves NAME.zkey, NAME.vkey.json and NAME.sol in `dir`. */
  | { step: "setup"; circuit: Circuit; dir: string };

/** What it answers. */
export type BuildMessage = { type: "done" } | { type: "failed"; message: string };
