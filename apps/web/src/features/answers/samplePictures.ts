import samples from "./samples.json";

/** A drawn digit 0 to 9 in 16 grey levels, for models of 28 x 28 or 8 x 8 inputs; by hands that their training never saw. */
export function samplePicture(side: number, digit: number): Uint8Array | undefined {
  const text = (samples as Record<string, string[]>)[String(side)]?.[digit];
  return text === undefined ? undefined : Uint8Array.from(text, (level) => Number.parseInt(level, 16));
}
