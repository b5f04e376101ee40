import { pino } from "pino";
import type { Reporter } from "../application/ports.ts";

const WIDTH = 12;

/** One aligned line a step for people; with `json`, one JSON object a line for machines. */
export function terminalReporter(options: { json: boolean; out?: NodeJS.WriteStream }): Reporter {
  if (options.json) {
    const log = pino(
      { base: null, timestamp: pino.stdTimeFunctions.isoTime },
      pino.destination({ dest: 1, sync: true }),
    );
    return {
      step: (what, text, fields) => log.info({ what, ...fields }, text),
      warn: (what, text, fields) => log.warn({ what, ...fields }, text),
    };
  }
  const out = options.out ?? process.stdout;
  const colour = out.isTTY === true && process.env.NO_COLOR === undefined;
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const line = (what: string, text: string, mark: string, fields: Record<string, unknown> | undefined) => {
    const time = new Date().toTimeString().slice(0, 8);
    const lease = typeof fields?.leaseId === "string" ? paint(2, `  lease ${fields.leaseId.slice(0, 10)}…`) : "";
    // Control characters in what others wrote could move the owner's cursor or hide a line.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
    const plain = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
    out.write(`${paint(2, time)}  ${mark}${what.padEnd(WIDTH)}${mark === "" ? "" : paint(0, "")}  ${plain}${lease}\n`);
  };
  return {
    step: (what, text, fields) => line(what, text, "", fields),
    warn: (what, text, fields) => line(what, text, colour ? "\u001b[33m" : "", fields),
  };
}
