import { type ParseArgsConfig, parseArgs } from "node:util";
import { ServiceError } from "../services/serviceError.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/**
 * Reads a command's flags.
 * @param usage the command as one would type it, shown when a flag is not known
 * @throws {ServiceError} for a flag that is unknown or lacks its value
 */
export function readFlags<const options extends Options>(
  command: string,
  usage: string,
  args: string[],
  options: options,
) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    const said = error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error);
    throw new ServiceError(command, said, usage, error);
  }
}
