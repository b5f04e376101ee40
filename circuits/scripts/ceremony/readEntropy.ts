import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

/**
 * Reads a contributor's entropy from standard input: typed without echo, or piped. Never from an argument or the
 * environment, where other accounts of the machine and the shell's history would see it.
 */
export async function readEntropy(prompt: string): Promise<string> {
  const isTerminal = process.stdin.isTTY === true;
  if (isTerminal) process.stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: isTerminal });
  try {
    for await (const line of lines) return line;
    return "";
  } finally {
    lines.close();
    if (isTerminal) process.stderr.write("\n");
  }
}
