/** The ends of a long hex text, as people compare it. @example shortHash("0x1234567890abcdef12") // "0x1234…ef12" */
export function shortHash(text: string): string {
  const start = text.startsWith("0x") ? 6 : 4;
  return text.length <= start + 5 ? text : `${text.slice(0, start)}…${text.slice(-4)}`;
}
