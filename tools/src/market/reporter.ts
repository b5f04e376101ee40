/** Says what is happening, one line a step. */
export interface Reporter {
  /** Runs a step under its label; what it returns stands on its line when it is done. */
  step(label: string, run: (say: (detail: string) => void) => Promise<string>): Promise<void>;
  /** A line of its own. */
  line(text?: string): void;
}

/** Prints to a terminal or a pipe: colours and a moving line only on a terminal. */
export function terminalReporter(out: NodeJS.WriteStream = process.stdout): Reporter {
  const moving = out.isTTY === true;
  const paint = (code: number, text: string) => (moving ? `\u001b[${code}m${text}\u001b[0m` : text);
  const width = 24;
  return {
    async step(label, run) {
      const startedMs = performance.now();
      const seconds = () => ((performance.now() - startedMs) / 1000).toFixed(1);
      let detail = "";
      const draw = () =>
        out.write(`\r\u001b[K  ${paint(33, "·")} ${label.padEnd(width)} ${detail} ${paint(2, `${seconds()} s`)}`);
      const timer = moving ? setInterval(draw, 200) : undefined;
      // Without a terminal to redraw, a long step still shows that it moves.
      const beat = moving
        ? undefined
        : setInterval(() => out.write(`  · ${label.padEnd(width)} ${detail} (${seconds()} s so far)\n`), 30_000);
      const end = (mark: string, text: string) => {
        clearInterval(timer);
        clearInterval(beat);
        out.write(
          `${moving ? "\r\u001b[K" : ""}  ${mark} ${label.padEnd(width)} ${text} ${paint(2, `(${seconds()} s)`)}\n`,
        );
      };
      try {
        const result = await run((text) => {
          detail = text;
        });
        end(paint(32, "✓"), result);
      } catch (error) {
        end(paint(31, "✗"), "failed");
        throw error;
      }
    },
    line: (text = "") => out.write(`${text}\n`),
  };
}
