"use client";
import { type ComponentProps, useRef } from "react";
import { Button } from "./Button.tsx";

/** Asks for one file. The same file can be chosen again: it may have changed. */
export function FileButton({
  accept,
  inputName,
  onFile,
  ...button
}: {
  accept: string;
  /** What the hidden file field is called by whoever does not see it. */
  inputName: string;
  onFile: (file: File) => void;
} & Omit<ComponentProps<typeof Button>, "onClick">) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...button} onClick={() => picker.current?.click()} />
      <input
        ref={picker}
        type="file"
        accept={accept}
        className="sr-only"
        aria-label={inputName}
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) onFile(file);
          event.target.value = "";
        }}
      />
    </>
  );
}
