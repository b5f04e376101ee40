"use client";
import { useState } from "react";
import { Notice } from "../ui/Notice.tsx";
import { CheckProofButton } from "./CheckProofButton.tsx";
import { type Statement, statementSchema } from "./statement.ts";

/** Checks any proof that somebody copied from a receipt. */
export function CheckProofForm() {
  const [text, setText] = useState("");
  const statement = read(text);
  return (
    <div className="flex flex-col gap-3">
      <label className="flex flex-col gap-1.5">
        <span className="font-medium">A proof, copied from a receipt</span>
        <textarea
          className="min-h-32 rounded-md border border-edge bg-surface p-2 font-mono text-xs"
          spellCheck={false}
          placeholder='{"circuit":"usage","publicInputs":["…"],"proof":{"a":["…"],"b":[["…"]],"c":["…"]}}'
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {text.trim() !== "" && statement === undefined && (
        <Notice tone="waiting" title="This is no proof as a receipt's “copy it” gives one" />
      )}
      {/* A new text is a new question: the old answer goes. */}
      <CheckProofButton key={text} statement={statement} />
    </div>
  );
}

function read(text: string): Statement | undefined {
  try {
    return statementSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
