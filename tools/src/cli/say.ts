const LABEL_WIDTH = 22;

export type Say = {
  /** One line as it is. */
  line(text?: string): void;
  /** A label and what is to be said about it, aligned with the steps. */
  fact(label: string, text: string): void;
  /**
   * Runs one step and says how it went in one line: the text it returns and the seconds it took. A long silent step shows that
   * it goes on.
   */
  step(label: string, run: () => Promise<string | undefined>): Promise<void>;
};

const seconds = (sinceMs: number) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;

/** @param output - where to; colours and moving text only on a terminal */
export function createSay(output: NodeJS.WriteStream = process.stdout): Say {
  const tty = output.isTTY === true;
  const colour = tty && process.env.NO_COLOR === undefined;
  const paint = (code: number, text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const row = (label: string, text: string) => `  ${label.padEnd(LABEL_WIDTH)} ${text}`;

  return {
    line: (text = "") => void output.write(`${text}\n`),
    fact: (label, text) => void output.write(`${row(label, text)}\n`),
    step: async (label, run) => {
      const started = performance.now();
      const clear = () => void (tty && output.write("\r\x1b[2K"));
      const timer = setInterval(
        () => {
          clear();
          output.write(row(label, paint(90, `... ${seconds(started)}`)) + (tty ? "" : "\n"));
        },
        tty ? 250 : 30_000,
      );
      try {
        const text = await run();
        clear();
        output.write(`${row(label, [text, paint(90, seconds(started))].filter(Boolean).join("  "))}\n`);
      } catch (error) {
        clear();
        output.write(`${row(label, `${paint(31, "failed")}  ${paint(90, seconds(started))}`)}\n`);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
  };
}
