import type { Template } from "@gristmill/shared/api/views";

/**
 * The name under which a program finds a buyer's file: its own where the program takes any, else the one that the
 * template's command names.
 */
export function inputPathFor(template: Pick<Template, "command" | "sampleInputs">, fileName: string): string {
  const sample = template.sampleInputs[0]?.path;
  if (sample !== undefined && template.command.some((part) => part.includes(sample))) return sample;
  const plain = fileName.replace(/[^A-Za-z0-9_.-]/g, "_").replace(/^[^A-Za-z0-9_]+/, "");
  return plain === "" ? "input.csv" : plain.slice(-128);
}
