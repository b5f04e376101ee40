import { type ParameterKey, parameterKeys } from "../../deploy/networks.ts";

/** Number of each parameter in `IParameters.Key`. */
export const PARAMETER = Object.fromEntries(parameterKeys.map((key, index) => [key, index])) as Record<
  ParameterKey,
  number
>;
