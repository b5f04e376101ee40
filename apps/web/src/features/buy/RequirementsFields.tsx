import { Field, inputClass } from "../ui/Field.tsx";
import type { OrderDraft } from "./orderDraft.ts";

/** What the machine must have. Closed by default: most jobs need nothing special. */
export function RequirementsFields({
  draft,
  gpuClasses,
  regions,
  errors,
  onChange,
}: {
  draft: OrderDraft;
  gpuClasses: string[];
  regions: string[];
  errors: (field: string) => string | undefined;
  onChange: (part: Partial<OrderDraft>) => void;
}) {
  const wanted = [draft.gpuClass, draft.region, draft.gpuCount, draft.minVramMiB].some((each) => each && each !== "0");
  const failing = ["gpuClass", "gpuCount", "minVramMiB", "region"].some((each) => errors(`requirements.${each}`));
  return (
    <details open={wanted || failing} className="rounded-md border border-line p-3">
      <summary className="font-medium">
        Requirements {wanted ? "" : <span className="font-normal text-muted">(any machine)</span>}
      </summary>
      <div className="mt-3 grid gap-3 sm:grid-cols-2">
        <Field label="GPU" error={errors("requirements.gpuClass")}>
          <select
            className={inputClass}
            value={draft.gpuClass}
            onChange={(event) => onChange({ gpuClass: event.target.value })}
          >
            <option value="">any, or none</option>
            {[...new Set([...gpuClasses, ...(draft.gpuClass ? [draft.gpuClass] : [])])].map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </Field>
        <Field label="Region" error={errors("requirements.region")}>
          <select
            className={inputClass}
            value={draft.region}
            onChange={(event) => onChange({ region: event.target.value })}
          >
            <option value="">any</option>
            {[...new Set([...regions, ...(draft.region ? [draft.region] : [])])].map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </Field>
        <Field label="GPUs at least" error={errors("requirements.gpuCount")}>
          <input
            className={inputClass}
            inputMode="numeric"
            value={draft.gpuCount}
            onChange={(event) => onChange({ gpuCount: event.target.value })}
          />
        </Field>
        <Field label="GPU memory at least, MiB" error={errors("requirements.minVramMiB")}>
          <input
            className={inputClass}
            inputMode="numeric"
            value={draft.minVramMiB}
            onChange={(event) => onChange({ minVramMiB: event.target.value })}
          />
        </Field>
      </div>
    </details>
  );
}
