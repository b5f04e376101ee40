import { cloneElement, type ReactElement, type ReactNode, useId } from "react";

export const inputClass =
  "min-h-9 w-full rounded-md border border-edge bg-surface px-2.5 py-1.5 text-ink aria-invalid:border-failed";

/** A labelled input; what is wrong with it stands beside it and is announced. */
export function Field({
  label,
  help,
  error,
  children,
}: {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
  children: ReactElement<{ id?: string; "aria-describedby"?: string; "aria-invalid"?: boolean }>;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {cloneElement(children, { id, "aria-describedby": `${id}-help`, "aria-invalid": error !== undefined })}
      <div id={`${id}-help`} className="text-xs leading-4">
        {error ? (
          <p role="alert" className="text-failed">
            {error}
          </p>
        ) : (
          help && <p className="text-muted">{help}</p>
        )}
      </div>
    </div>
  );
}
