import { readFile } from "node:fs/promises";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { z } from "zod";

/**
 * A JSON file that the configuration names.
 * @throws BaseError `config_invalid` with the variable's name and what is wrong with the file
 */
export async function readJsonFile<Schema extends z.ZodType>(
  variable: string,
  path: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new BaseError("config_invalid", `${variable} must name a JSON file that can be read`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new BaseError("config_invalid", `${variable}: the file does not fit\n${z.prettifyError(parsed.error)}`);
}
