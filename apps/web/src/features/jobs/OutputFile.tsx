"use client";
import type { OutputManifest } from "@gristmill/shared/receipt/output";
import { Download } from "lucide-react";
import { useState } from "react";
import { bytes } from "../../lib/bytes.ts";
import { describeError } from "../../lib/describeError.ts";
import { sha256Hex } from "../../lib/sha256Hex.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { Badge } from "../ui/Badge.tsx";
import { Button } from "../ui/Button.tsx";
import { Hash } from "../ui/Hash.tsx";
import { plainText } from "./plainText.ts";

const viewable = /\.(txt|md|json|csv|log|tsv|ya?ml)$/i;
const viewableBytes = 262_144;

/** One output file: fetched, hashed here, and shown or saved only when it is what the receipt says. */
export function OutputFile({ file }: { file: OutputManifest["files"][number] }) {
  const { scheduler } = useMarket();
  const [state, setState] = useState<{ text?: string; checked?: boolean; failed?: string; busy?: boolean }>({});

  const fetchChecked = async (): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    setState((before) => ({ ...before, busy: true }));
    try {
      const content = await scheduler.download(file.sha256);
      if (sha256Hex(content) !== file.sha256) {
        setState({ failed: "The store answered with other content than the receipt names. It is not shown." });
        return undefined;
      }
      setState((before) => ({ ...before, checked: true, busy: false }));
      return content;
    } catch (error) {
      setState({ failed: describeError(error) });
      return undefined;
    }
  };
  const view = async () => {
    const content = await fetchChecked();
    if (content) setState({ checked: true, text: readable(file.path, new TextDecoder().decode(content)) });
  };
  const save = async () => {
    const content = await fetchChecked();
    if (!content) return;
    const address = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = file.path.split("/").at(-1) ?? "output";
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <li className="rounded-md border border-line p-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <span className="min-w-0 font-mono text-[13px] break-all">{plainText(file.path)}</span>
        <span className="text-muted">{bytes(file.bytes)}</span>
        <Hash value={file.sha256} name={`sha256 of ${file.path}`} />
        {state.checked && <Badge tone="proven">hash checked here</Badge>}
        <span className="ml-auto flex gap-2">
          {viewable.test(file.path) && file.bytes <= viewableBytes && state.text === undefined && (
            <Button onClick={view} disabled={state.busy}>
              View
            </Button>
          )}
          <Button onClick={save} disabled={state.busy} aria-label={`Download ${file.path}`}>
            <Download aria-hidden size={16} />
          </Button>
        </span>
      </div>
      {state.failed && (
        <p role="alert" className="mt-2 text-failed">
          {state.failed}
        </p>
      )}
      {state.text !== undefined && (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          className="mt-3 max-h-96 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs leading-5 break-words whitespace-pre-wrap"
        >
          {state.text}
        </pre>
      )}
    </li>
  );
}

/** JSON indented, all else as it is; never markup. */
function readable(path: string, text: string): string {
  if (!/\.json$/i.test(path)) return plainText(text);
  try {
    return plainText(JSON.stringify(JSON.parse(text), null, 2));
  } catch {
    return plainText(text);
  }
}
