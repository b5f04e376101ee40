"use client";
import type { FormEvent } from "react";
import { useState } from "react";
import { Usd } from "../money/Usd.tsx";
import { useNow } from "../shell/nowContext.tsx";
import { Button } from "../ui/Button.tsx";
import { Field, inputClass } from "../ui/Field.tsx";
import { type ListingDraft, type ListingTerms, listingTermsOf, perSecond } from "./listingDraft.ts";

/** Price and terms of a listing; everything else is known from the machine. */
export function ListingForm({
  signatures,
  busy,
  lead,
  onSubmit,
}: {
  /** Words for what the wallet will ask. */
  signatures: string;
  busy: boolean;
  /** Whether it is the page's primary action. */
  lead: boolean;
  onSubmit: (terms: ListingTerms) => void;
}) {
  const now = useNow();
  const [draft, setDraft] = useState<ListingDraft>({
    usdPerHour: "1.44",
    minSeconds: "1",
    maxSeconds: "3600",
    days: "30",
  });
  const [tried, setTried] = useState(false);
  const result = listingTermsOf(draft, now);
  const errors = tried && !result.ok ? result.errors : {};
  const set = (part: Partial<ListingDraft>) => setDraft((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (result.ok) onSubmit(result.terms);
  };
  const input = (field: keyof ListingDraft, mode: "numeric" | "decimal") => (
    <input
      className={inputClass}
      inputMode={mode}
      value={draft[field]}
      onChange={(event) => set({ [field]: event.target.value })}
    />
  );
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <fieldset disabled={busy} className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
        <Field label="Price, USD / h" help={<Rate usdPerHour={draft.usdPerHour} />} error={errors.usdPerHour}>
          {input("usdPerHour", "decimal")}
        </Field>
        <Field label="Shortest job, seconds" error={errors.minSeconds}>
          {input("minSeconds", "numeric")}
        </Field>
        <Field label="Longest job, seconds" error={errors.maxSeconds}>
          {input("maxSeconds", "numeric")}
        </Field>
        <Field label="Listed for, days" help="90 at most; renew it any time." error={errors.days}>
          {input("days", "numeric")}
        </Field>
      </fieldset>
      <p className="text-muted">{signatures}</p>
      <Button
        type="submit"
        look={lead ? "primary" : "plain"}
        data-testid="list-gpu"
        className="self-start"
        disabled={busy}
      >
        List this GPU
      </Button>
    </form>
  );
}

function Rate({ usdPerHour }: { usdPerHour: string }) {
  let price: bigint;
  try {
    price = perSecond(usdPerHour);
  } catch {
    return null;
  }
  return <Usd amount={price} per="s" />;
}
