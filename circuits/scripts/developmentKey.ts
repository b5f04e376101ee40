/** The parts of a snarkjs verification key that every development setup shares. */
export interface RecognisableKey {
  vk_alpha_1: readonly string[];
  vk_delta_2: readonly (readonly string[])[];
}

/** x coordinate of alpha: every key over the development powers of tau has it, whatever was contributed on top. */
export const DEVELOPMENT_ALPHA_X = "8539011417212259352237501441299705763000873945048748156368550994841507160347";
/** x coordinate of delta: every key whose only phase 2 contribution is the development one has it. */
export const DEVELOPMENT_DELTA_X = [
  "16529183293773803494996576852517356234959011190164953646718457687360103935306",
  "14212305069785329085225541832564619104775349907089534110999423126581378408240",
] as const;

/**
 * Whether a key's secret is public because tau or delta comes from the development seeds. Known by its points, so that a
 * header edited out of the Solidity file hides nothing.
 */
export function isDevelopmentKey(key: RecognisableKey): boolean {
  const [alphaX] = key.vk_alpha_1;
  const [deltaX] = key.vk_delta_2;
  // A G1 point and its negative have one x: alpha is as public with either.
  return alphaX === DEVELOPMENT_ALPHA_X || DEVELOPMENT_DELTA_X.every((part, index) => deltaX?.[index] === part);
}
