import { writeFileSync } from "node:fs";
import { buildBn128 } from "ffjavascript";
import { z } from "zod";
import { developmentPowersOfTau } from "./setup/developmentPowersOfTau.ts";

// Writes the development powers of tau, so that anyone can check development keys with snarkjs:
//   node circuits/scripts/powersOfTau.ts POWER FILE
//   snarkjs powersoftau verify FILE
//   snarkjs zkey verify circuits/build/NAME.r1cs FILE circuits/build/NAME.zkey     (POWER: one more than the circuit's)

const [power, file] = z
  .tuple([z.coerce.number().int().min(1).max(20), z.string().min(1)], "usage: powersOfTau.ts POWER FILE")
  .parse(process.argv.slice(2));
writeFileSync(file, await developmentPowersOfTau(await buildBn128(true), power));
