import { readFileSync } from "node:fs";

/** What anybody can work out from a CSV column with a pocket calculator. */
export interface ColumnFacts {
  count: number;
  min: number;
  max: number;
  mean: number;
}

/**
 * Counts, adds up and divides one numeric column, by another road than the job's own program: the demo compares both.
 * @throws when the file has no such column
 */
export function columnFacts(csvFile: string, column: string): ColumnFacts {
  const [header = "", ...rows] = readFileSync(csvFile, "utf8").trim().split("\n");
  const index = header.split(",").indexOf(column);
  if (index < 0) throw new Error(`${csvFile} has no column "${column}"`);
  const values = rows.flatMap((row) => {
    const text = row.split(",")[index]?.trim() ?? "";
    return text === "" ? [] : [Number(text)];
  });
  const sum = values.reduce((total, value) => total + value, 0);
  return { count: values.length, min: Math.min(...values), max: Math.max(...values), mean: sum / values.length };
}
