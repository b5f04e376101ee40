// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const escapeSequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above; tab and newline stay
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
// Characters that reorder what surrounds them could make a line read as something it is not.
const reordering = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text of a job as it may be shown: no terminal sequences, no control or text-reordering characters. */
export function plainText(text: string): string {
  return text.replace(escapeSequences, "").replace(controls, "").replace(reordering, "");
}
