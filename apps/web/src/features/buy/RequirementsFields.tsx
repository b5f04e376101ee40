import type { ReactNode } from "react";
import { Field, inputClass } from "../ui/Field.tsx";
import { namedIn } from "./draftParams.ts";
import type { OrderDraft } from "./orderDraft.ts";

const objectives = [
  ["", "the lowest price"],
  ["fastest_start", "the earliest start"],
  ["best_value", "the most performance for the price"],
  ["most_trusted", "the most trust: attestation, reputation, stake"],
] as const;

/** What the job needs and what its buyer prefers. Closed by default: most jobs need nothing special. */
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
  const named = namedIn(draft);
  const failing = ["pricePerSecondCap", "failoverPriceCap", "deadline"].some(errors) || failingOf(errors);
  const text = (
    field: keyof OrderDraft,
    label: string,
    error: string,
    more: Partial<Parameters<typeof Text>[0]> = {},
  ) => (
    <Text
      label={label}
      error={errors(error)}
      value={draft[field]}
      onChange={(value) => onChange({ [field]: value })}
      {...more}
    />
  );
  const choice = (
    field: keyof OrderDraft,
    label: string,
    error: string,
    options: readonly (readonly [value: string, words: string])[],
    help?: string,
  ) => (
    <Field label={label} error={errors(error)} help={help}>
      <select
        className={inputClass}
        value={draft[field]}
        onChange={(event) => onChange({ [field]: event.target.value })}
      >
        {options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </Field>
  );
  const known = (values: readonly string[], chosen: string) =>
    [...new Set([...values, ...(chosen ? [chosen] : [])])].map((each) => [each, each] as const);
  return (
    <details open={named > 0 || failing} className="rounded-md border border-line p-3">
      <summary className="font-medium">
        More requirements{" "}
        <span className="font-normal text-muted">{named > 0 ? `(${named} named)` : "(any machine, lowest price)"}</span>
      </summary>
      <div className="mt-3 flex flex-col gap-5">
        <Group title="What matters most">
          {choice("objective", "Of the machines that fit, take", "requirements.objective", objectives)}
          {text("deadline", "Must have ended by", "deadline", { type: "datetime-local" })}
          {text("priceCap", "No machine above, USD / h", "pricePerSecondCap", {
            mode: "decimal",
            placeholder: "any price",
          })}
          {text("failoverPrice", "If a machine fails, go on at up to, USD / h", "failoverPriceCap", {
            ...{ mode: "decimal", placeholder: "no dearer than the one chosen" },
            help: "The payment covers this price. What is not used comes back.",
          })}
        </Group>
        <Group title="The machine">
          {choice("gpuClass", "GPU", "requirements.gpuClass", [
            ["", "any, or none"],
            ...known(gpuClasses, draft.gpuClass),
          ])}
          {text("gpuModel", "Part of the model's name", "requirements.gpuModel", { placeholder: "any, such as H200" })}
          {text("gpuCount", "GPUs at least", "requirements.gpuCount", { mode: "numeric", placeholder: "0" })}
          {text("minVramMiB", "GPU memory at least, MiB", "requirements.minVramMiB", {
            mode: "numeric",
            placeholder: "0",
          })}
          {choice("region", "Region", "requirements.region", [["", "any"], ...known(regions, draft.region)])}
        </Group>
        <Group title="Trust">
          {choice("attestationLevel", "Measured by", "requirements.minAttestationLevel", [
            ["", "anybody, also the machine itself"],
            ["1", "a quorum of staked attesters"],
            ["2", "genuine hardware (TEE)"],
          ])}
          {text("minStake", "Provider's stake at least, USD", "requirements.minStake", {
            mode: "decimal",
            placeholder: "0",
          })}
          {text("minReputation", "Provider's reputation at least", "requirements.minReputation", {
            ...{ mode: "numeric", placeholder: "0" },
          })}
        </Group>
        <Group title="Several machines at once">
          {text("gangSize", "Parts", "requirements.gangSize", {
            ...{ mode: "numeric", placeholder: "1" },
            help: "Each runs the program on a machine of its own and knows its number. All are placed in one step, or none.",
          })}
          {choice("apart", "Spread over", "requirements.apart", [
            ["", "any machines"],
            ["node", "different machines"],
            ["provider", "different providers"],
          ])}
        </Group>
      </div>
    </details>
  );
}

const fields = [
  ...["objective", "gpuClass", "gpuModel", "gpuCount", "minVramMiB", "region", "minAttestationLevel", "minStake"],
  ...["minReputation", "gangSize", "apart"],
];

function failingOf(errors: (field: string) => string | undefined): boolean {
  return fields.some((each) => errors(`requirements.${each}`) !== undefined);
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset>
      <legend className="text-xs text-muted">{title}</legend>
      <div className="mt-1 grid gap-3 sm:grid-cols-2">{children}</div>
    </fieldset>
  );
}

function Text({
  label,
  error,
  value,
  onChange,
  help,
  type = "text",
  mode,
  placeholder,
}: {
  label: string;
  error: string | undefined;
  value: string;
  onChange: (value: string) => void;
  help?: string;
  type?: "text" | "datetime-local";
  mode?: "numeric" | "decimal";
  placeholder?: string;
}) {
  return (
    <Field label={label} error={error} help={help}>
      <input
        className={inputClass}
        type={type}
        inputMode={mode}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
