import { parseArgs } from "node:util";
import { type Circuit, readCircuitList } from "../setup/circuitList.ts";

/** Runs one command of a ceremony: reads its arguments, prints what goes wrong in one line, ends snarkjs' threads. */
export async function runCommand<Flag extends string>(
  usage: string,
  flags: readonly Flag[],
  run: (positionals: string[], values: Partial<Record<Flag | "rehearsal", string>>) => Promise<void>,
): Promise<never> {
  let code = 0;
  try {
    const options = Object.fromEntries(flags.map((flag) => [flag, { type: "string" as const }]));
    const { values, positionals } = parseArgs({
      options: { ...options, rehearsal: { type: "boolean" } },
      allowPositionals: true,
    });
    const given = { ...values, ...(values.rehearsal && { rehearsal: "yes" }) };
    await run(positionals, given as Partial<Record<Flag | "rehearsal", string>>);
  } catch (error) {
    code = 1;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `ceremony: ${message}\n${(error as { code?: string }).code === "CEREMONY_REFUSED" ? "" : `${usage}\n`}`,
    );
  }
  process.exit(code);
}

/** A circuit of circuits.json. */
export function circuitOf(name: string): Circuit | undefined {
  return readCircuitList().find((circuit) => circuit.name === name);
}

/** An argument that must be there. */
export function needed(value: string | undefined, name: string): string {
  if (value === undefined || value === "") throw new Error(`${name} is missing`);
  return value;
}
