"use client";
import type { SearchResult } from "@gristmill/shared/api/search";
import type { ReactNode } from "react";
import { Field, inputClass } from "../ui/Field.tsx";
import { type FilterName, type Filters, rarerFilters, type Sort, sorts } from "./filters.ts";

type Facet = SearchResult["facets"]["region"];

/** What to show and in which order; every change lands in the address. Each choice says how many machines it leaves. */
export function FilterBar({
  filters,
  facets,
  onChange,
}: {
  filters: Filters;
  facets: SearchResult["facets"];
  onChange: (filters: Filters) => void;
}) {
  const pick = (label: string, name: FilterName, facet: Facet, words: (value: string) => string = (value) => value) => (
    <Pick label={label} value={filters[name]} onPick={(value) => onChange({ ...filters, [name]: value })}>
      {withChosen(facet, filters[name]).map(({ value, count }) => (
        <option key={value} value={value}>
          {words(value)} ({count})
        </option>
      ))}
    </Pick>
  );
  const least = (label: string, name: FilterName, placeholder = "at least") => (
    <Field label={label}>
      <input
        className={inputClass}
        inputMode="decimal"
        placeholder={placeholder}
        value={filters[name]}
        onChange={(event) => onChange({ ...filters, [name]: event.target.value.replace(/[^\d.]/g, "") })}
      />
    </Field>
  );
  const free = facets.availability.find(({ value }) => value === "free")?.count ?? 0;
  const real = facets.simulated.find(({ value }) => value === "false")?.count ?? 0;
  const set = rarerFilters.filter((name) => filters[name] !== "").length;
  return (
    <fieldset>
      <legend className="sr-only">Filter and sort</legend>
      <div className={grid}>
        {pick("GPU", "gpu", facets.gpuClass, (value) => (value === "none" ? "no GPU" : value))}
        {least("GPU memory, GiB", "vram")}
        {pick("Region", "region", facets.region)}
        {least("Price, USD / h", "max", "at most")}
        <Pick label="Availability" value={filters.free} onPick={(value) => onChange({ ...filters, free: value })}>
          <option value="1">free now ({free})</option>
        </Pick>
        <Field label="Sort by">
          <select
            className={inputClass}
            value={filters.sort}
            onChange={(event) => onChange({ ...filters, sort: event.target.value as Sort })}
          >
            {Object.entries(sorts).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <details className="mt-3" open={set > 0}>
        <summary className="w-fit cursor-pointer text-muted hover:text-ink">
          More filters{set > 0 && ` (${set} set)`}
        </summary>
        <div className={`${grid} mt-3`}>
          {least("Measured, GFLOPS", "perf")}
          {pick("Measured by", "by", facets.measuredBy, (value) => (value === "attested" ? "attesters" : "itself"))}
          <Pick label="Attestation" value={filters.level} onPick={(level) => onChange({ ...filters, level })}>
            <option value="1">by attesters, or TEE</option>
            <option value="2">TEE</option>
          </Pick>
          <Pick label="Hardware" value={filters.real} onPick={(value) => onChange({ ...filters, real: value })}>
            <option value="1">not simulated ({real})</option>
          </Pick>
          {least("Reliability, %", "reliable")}
          {least("Job length, hours", "hours", "as long as")}
          {least("Processor cores", "cores")}
          {least("Memory, GiB", "ram")}
          {least("Disk, GiB", "disk")}
          {least("Download, Mbit/s", "down")}
          {least("CUDA version", "cuda")}
        </div>
      </details>
    </fieldset>
  );
}

const grid = "grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6";

function Pick(props: { label: string; value: string; onPick: (value: string) => void; children: ReactNode }) {
  return (
    <Field label={props.label}>
      <select className={inputClass} value={props.value} onChange={(event) => props.onPick(event.target.value)}>
        <option value="">any</option>
        {props.children}
      </select>
    </Field>
  );
}

/** A chosen value stays in its list also when no machine has it. */
function withChosen(facet: Facet, chosen: string): Facet {
  if (chosen === "" || facet.some(({ value }) => value === chosen)) return facet;
  return [...facet, { value: chosen, count: 0 }];
}
