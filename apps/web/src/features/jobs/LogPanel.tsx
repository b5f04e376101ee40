"use client";
import type { LogLine } from "@gristmill/shared/api/views";
import { useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import { Button } from "../ui/Button.tsx";
import { inputClass } from "../ui/Field.tsx";
import { plainText } from "./plainText.ts";

const shownLines = 2_000;

/** What the program says, live. Only ever text: nothing in a log is markup or a terminal command. */
export function LogPanel({ logs, ended }: { logs: LogLine[]; ended: boolean }) {
  const [search, setSearch] = useState("");
  const [follow, setFollow] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  const lines = logs.map((line) => ({ ...line, text: plainText(line.text) }));
  const found = search ? lines.filter((line) => line.text.toLowerCase().includes(search.toLowerCase())) : lines;
  const shown = found.slice(-shownLines);

  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when lines arrive
  useEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follow, logs.length, search]);

  const copy = async () => {
    await navigator.clipboard.writeText(lines.map((line) => line.text).join("\n"));
    toast(`${lines.length} lines copied`);
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <input
          type="search"
          aria-label="Search the logs"
          placeholder="Search"
          className={`${inputClass} max-w-60`}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <label className="inline-flex min-h-9 items-center gap-2">
          <input
            type="checkbox"
            className="size-4 accent-(--grain)"
            checked={follow}
            onChange={(event) => setFollow(event.target.checked)}
          />
          Follow
        </label>
        <Button className="ml-auto" onClick={copy} disabled={lines.length === 0}>
          Copy all
        </Button>
      </div>
      <div
        ref={box}
        data-testid="job-logs"
        role="log"
        aria-label="Logs"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        className="h-72 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5"
        onWheel={() => setFollow(false)}
      >
        {shown.length < found.length && (
          <p className="text-muted">{found.length - shown.length} earlier lines are not shown; Copy all has them.</p>
        )}
        {shown.map((line) => (
          <div key={`${line.leaseId}-${line.seq}`} className="flex gap-3">
            <span className="shrink-0 text-muted select-none" suppressHydrationWarning>
              {new Date(line.atMs).toLocaleTimeString()}
            </span>
            <span
              className={`min-w-0 break-words whitespace-pre-wrap ${line.stream === "stderr" ? "text-failed" : line.stream === "agent" ? "text-muted italic" : ""}`}
            >
              {line.text}
            </span>
          </div>
        ))}
        {lines.length === 0 && (
          <p className="font-sans text-muted">
            {ended
              ? "The program wrote nothing."
              : "What the program writes appears here as it is written, once it runs."}
          </p>
        )}
        {lines.length > 0 && found.length === 0 && <p className="font-sans text-muted">No line contains “{search}”.</p>}
      </div>
    </div>
  );
}
