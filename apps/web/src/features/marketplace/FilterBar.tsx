"use client";
import { Field, inputClass } from "../ui/Field.tsx";
import type { AssetFigures } from "./assetFigures.ts";
import { type Filters, type Sort, sorts } from "./filters.ts";

/** What to show and in which order; every change lands in the address. */
export function FilterBar({
  filters,
  assets,
  onChange,
}: {
  filters: Filters;
  assets: AssetFigures[];
  onChange: (filters: Filters) => void;
}) {
  const classes = [...new Set(assets.flatMap((each) => each.gpuClass ?? []))].sort();
  const regions = [...new Set(assets.map((each) => each.asset.region))].sort();
  const set = (part: Partial<Filters>) => onChange({ ...filters, ...part });
  return (
    <fieldset className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6">
      <legend className="sr-only">Filter and sort</legend>
      <Field label="GPU">
        <select
          className={inputClass}
          value={filters.gpuClass}
          onChange={(event) => set({ gpuClass: event.target.value })}
        >
          <option value="">any</option>
          {[...new Set([...classes, ...(filters.gpuClass ? [filters.gpuClass] : [])])].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </Field>
      <Field label="GPU memory, GiB">
        <input
          className={inputClass}
          inputMode="numeric"
          placeholder="at least"
          value={filters.minVramGiB}
          onChange={(event) => set({ minVramGiB: event.target.value.replace(/[^\d.]/g, "") })}
        />
      </Field>
      <Field label="Region">
        <select className={inputClass} value={filters.region} onChange={(event) => set({ region: event.target.value })}>
          <option value="">any</option>
          {[...new Set([...regions, ...(filters.region ? [filters.region] : [])])].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </Field>
      <Field label="Price, USD / h">
        <input
          className={inputClass}
          inputMode="decimal"
          placeholder="at most"
          value={filters.maxPrice}
          onChange={(event) => set({ maxPrice: event.target.value.replace(/[^\d.]/g, "") })}
        />
      </Field>
      <Field label="Availability">
        <select
          className={inputClass}
          value={filters.availability}
          onChange={(event) => set({ availability: event.target.value === "free" ? "free" : "" })}
        >
          <option value="">any</option>
          <option value="free">free now</option>
        </select>
      </Field>
      <Field label="Sort by">
        <select
          className={inputClass}
          value={filters.sort}
          onChange={(event) => set({ sort: event.target.value as Sort })}
        >
          {Object.entries(sorts).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </Field>
    </fieldset>
  );
}
