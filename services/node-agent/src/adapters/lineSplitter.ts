const MAX_LINE = 65_536;

/** Cuts a byte stream into lines; one without an end is cut after 64 KiB, so that memory stays bounded. */
export function lineSplitter(): { push(chunk: Buffer): string[]; end(): string[] } {
  const decoder = new TextDecoder("utf-8");
  let rest = "";
  const take = (text: string): string[] => {
    rest += text;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    while (rest.length > MAX_LINE) {
      lines.push(rest.slice(0, MAX_LINE));
      rest = rest.slice(MAX_LINE);
    }
    return lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  };
  return {
    push: (chunk) => take(decoder.decode(chunk, { stream: true })),
    end: () => {
      const lines = take(decoder.decode());
      const last = rest === "" ? [] : [rest];
      rest = "";
      return [...lines, ...last];
    },
  };
}
