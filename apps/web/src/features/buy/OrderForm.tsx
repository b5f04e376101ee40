"use client";
import type { Template } from "@gristmill/shared/api/views";
import { useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import type { Address } from "viem";
import { useConnection } from "wagmi";
import { ApiError } from "../../lib/apiError.ts";
import { describeError } from "../../lib/describeError.ts";
import { duration } from "../../lib/duration.ts";
import { useAssets } from "../marketplace/useAssets.ts";
import { Field, inputClass } from "../ui/Field.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { type ChosenInput, sampleOf } from "./chosenInput.ts";
import { draftOfParams, paramsOfDraft } from "./draftParams.ts";
import { fieldLabel } from "./fieldLabel.ts";
import { InputPicker } from "./InputPicker.tsx";
import { type OrderDraft, quoteRequestOf } from "./orderDraft.ts";
import { PayPanel } from "./PayPanel.tsx";
import { Placement } from "./Placement.tsx";
import { PricePanel } from "./PricePanel.tsx";
import { RequirementsFields } from "./RequirementsFields.tsx";
import { useQuote } from "./useQuote.ts";

/** Stands for the buyer in a quote nobody can order yet: prices can be seen before a wallet is connected. */
const nobody: Address = "0x000000000000000000000000000000000000dEaD";

export function OrderForm({ templates }: { templates: [Template, ...Template[]] }) {
  const params = useSearchParams();
  const connection = useConnection();
  const assets = useAssets();
  const [template, setTemplate] = useState(templates[0]);
  const [chosen, setChosen] = useState<ChosenInput | undefined>(() => sampleOf(templates[0]));
  const [draft, setDraft] = useState<OrderDraft>(() => ({
    maxSeconds: String(templates[0].maxSeconds),
    budget: "",
    ...draftOfParams(params),
  }));
  const [paying, setPaying] = useState(false);
  const change = (part: Partial<OrderDraft>) => setDraft((before) => ({ ...before, ...part }));

  // The address follows the form without a new entry for every key: "back" leaves the page.
  useEffect(() => {
    const query = paramsOfDraft(draft, window.location.search);
    if (query === window.location.search.replace(/^\?/, "")) return;
    window.history.replaceState(null, "", query === "" ? window.location.pathname : `?${query}`);
  }, [draft]);

  const result = quoteRequestOf(draft, template, chosen, connection.address ?? nobody);
  const request = result.ok ? result.request : undefined;
  const live = useQuote(request, paying);
  const problem = live.error instanceof ApiError ? live.error : undefined;
  const errors = (field: string) => (result.ok ? problem?.forField(field) : result.errors[field]);

  const choose = (next: Template) => {
    setTemplate(next);
    setChosen(sampleOf(next));
    change({ maxSeconds: String(next.maxSeconds) });
  };
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(360px,460px)]">
      <Panel title="What runs">
        <fieldset disabled={paying} className="flex flex-col gap-5">
          <fieldset className="flex flex-col gap-2">
            <legend className="sr-only">Program</legend>
            {templates.map((each) => (
              <label
                key={each.id}
                data-testid="template"
                className="flex cursor-pointer gap-3 rounded-md border border-edge p-3 has-checked:border-grain-text has-checked:bg-sunken"
              >
                <input
                  type="radio"
                  name="template"
                  value={each.id}
                  checked={template.id === each.id}
                  onChange={() => choose(each)}
                  className="mt-0.5 size-4 shrink-0 accent-(--grain)"
                />
                <span className="min-w-0">
                  <span className="block font-medium">{each.title}</span>
                  <span className="block text-muted">{each.description}</span>
                  <span className="mt-1 block font-mono text-xs break-all text-muted">{each.image}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <InputPicker template={template} chosen={chosen} onChoose={setChosen} error={errors("workload.inputs")} />
          <div className="grid gap-4 sm:grid-cols-2">
            <Field
              label="Time limit, seconds"
              help={`${duration(Number(draft.maxSeconds) || 0)} at most; you pay for the seconds used.`}
              error={errors("workload.maxSeconds")}
            >
              <input
                className={inputClass}
                inputMode="numeric"
                value={draft.maxSeconds}
                onChange={(event) => change({ maxSeconds: event.target.value })}
              />
            </Field>
            <Field label="Budget, USD (optional)" help="Refuse anything dearer, fee included." error={errors("budget")}>
              <input
                className={inputClass}
                inputMode="decimal"
                placeholder="no limit of mine"
                value={draft.budget}
                onChange={(event) => change({ budget: event.target.value })}
              />
            </Field>
          </div>
          <RequirementsFields
            draft={draft}
            gpuClasses={[...new Set((assets.data ?? []).flatMap((each) => each.gpuClass ?? []))]}
            regions={[...new Set((assets.data ?? []).map((each) => each.asset.region))]}
            errors={errors}
            onChange={change}
          />
        </fieldset>
      </Panel>
      <Panel title="What it costs" className="lg:sticky lg:top-4">
        <div aria-live="polite" aria-busy={live.loading} className="flex flex-col gap-5">
          {live.quote && request ? (
            <>
              <PricePanel price={live.quote.price} />
              <Placement quote={live.quote} />
              <PayPanel
                quote={live.quote}
                request={request}
                current={live.current || paying}
                onPaying={setPaying}
                onFreshQuote={live.refetch}
              />
            </>
          ) : live.error ? (
            <Notice tone="failed" title={describeError(live.error)}>
              {problem?.problem?.errors && (
                <ul className="mt-1 list-disc pl-5">
                  {problem.problem.errors.map((each) => (
                    <li key={`${each.field}-${each.message}`}>
                      {fieldLabel(each.field)}: {each.message}
                    </li>
                  ))}
                </ul>
              )}
              <p className="mt-1">
                Nothing was charged.
                {problem?.problem?.errors && " Change what is named here, or come back when other machines are listed."}
              </p>
            </Notice>
          ) : result.ok ? (
            <Skeleton lines={7} what="the price" />
          ) : (
            <Notice title="The price appears when the form is complete.">
              <ul className="list-disc pl-5">
                {Object.entries(result.errors).map(([field, words]) => (
                  <li key={field}>
                    {fieldLabel(field)}: {words}
                  </li>
                ))}
              </ul>
            </Notice>
          )}
        </div>
      </Panel>
    </div>
  );
}
