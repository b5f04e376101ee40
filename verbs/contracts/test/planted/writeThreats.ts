// Writes the table of guard removals into docs/security/threats.md.
import { readFileSync, writeFileSync } from "node:fs";
import { BEGIN, END, threatTable } from "./threatTable.ts";

const path = new URL("../../../docs/security/threats.md", import.meta.url);
const text = readFileSync(path, "utf8");
const [before, rest] = text.split(BEGIN);
const after = rest?.split(END)[1];
if (before === undefined || after === undefined)
  throw new Error(`docs/security/threats.md has lost "${BEGIN}" or "${END}".`);
writeFileSync(path, `${before}${threatTable()}${after}`);
