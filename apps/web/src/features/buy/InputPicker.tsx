"use client";
import type { Template } from "@gristmill/shared/api/views";
import { useState } from "react";
import { bytes } from "../../lib/bytes.ts";
import { describeError } from "../../lib/describeError.ts";
import { sha256Hex } from "../../lib/sha256Hex.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { Button } from "../ui/Button.tsx";
import { FileButton } from "../ui/FileButton.tsx";
import { Hash } from "../ui/Hash.tsx";
import { type ChosenInput, sampleOf } from "./chosenInput.ts";
import { inputPathFor } from "./inputPathFor.ts";

/** The sample or a file of one's own; a file is hashed here before it is stored, and the store must agree. */
export function InputPicker({
  template,
  chosen,
  onChoose,
  error,
}: {
  template: Template;
  chosen: ChosenInput | undefined;
  onChoose: (input: ChosenInput) => void;
  error?: string | undefined;
}) {
  const { scheduler } = useMarket();
  const [state, setState] = useState<{ busy?: string; failed?: string }>({});
  const sample = sampleOf(template);

  const upload = async (file: File) => {
    if (file.size === 0) {
      setState({ failed: `${file.name} is empty: there is nothing to work on. Choose another file.` });
      return;
    }
    setState({ busy: `Storing ${file.name} (${bytes(file.size)})` });
    try {
      const content = new Uint8Array(await file.arrayBuffer());
      const sha256 = sha256Hex(content);
      const stored = await scheduler.upload(content);
      if (stored.sha256 !== sha256) throw new Error("The scheduler stored something else than your file. Try again.");
      const path = inputPathFor(template, file.name);
      onChoose({ label: file.name, input: { path, sha256, bytes: content.length } });
      setState({});
    } catch (failure) {
      setState({ failed: describeError(failure) });
    }
  };
  const isSample = chosen !== undefined && chosen.input.sha256 === sample?.input.sha256;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">Input</legend>
      <div className="flex flex-wrap gap-2">
        {sample && (
          <Button
            aria-pressed={isSample}
            className="aria-pressed:border-grain-text aria-pressed:bg-sunken"
            onClick={() => onChoose(sample)}
          >
            Use the sample
          </Button>
        )}
        <FileButton
          accept=".csv,text/csv"
          inputName="CSV file to upload"
          onFile={(file) => void upload(file)}
          aria-pressed={chosen !== undefined && !isSample}
          className="aria-pressed:border-grain-text aria-pressed:bg-sunken"
          disabled={state.busy !== undefined}
        >
          Upload a CSV file
        </FileButton>
      </div>
      <div aria-live="polite" className="text-xs leading-4">
        {state.busy && <p className="text-waiting">{state.busy}</p>}
        {(state.failed ?? error) && (
          <p role="alert" className="text-failed">
            {state.failed ?? error}
          </p>
        )}
        {chosen && !state.busy && (
          <p className="text-muted">
            {chosen.label}, {bytes(chosen.input.bytes)}, sha256{" "}
            <Hash value={chosen.input.sha256} name="sha256 of the input" />. The job refuses any other content.
          </p>
        )}
      </div>
    </fieldset>
  );
}
