"use client";
import type { Template } from "@gristmill/shared/api/views";
import { EmptyState } from "../ui/EmptyState.tsx";
import { LoadError } from "../ui/LoadError.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { OrderForm } from "./OrderForm.tsx";
import { useTemplates } from "./useTemplates.ts";

/** Buy compute: what to run, on what, for how long, for how much. */
export function BuyPage() {
  const templates = useTemplates();
  return (
    <div className="flex flex-col gap-6">
      <div className="max-w-prose">
        <h1>Run a job</h1>
        <p className="mt-1 text-muted">
          Choose what runs and on which data. The price is shown before you sign anything.
        </p>
      </div>
      {templates.data ? <Templates templates={templates.data.filter(({ inference }) => !inference)} /> : null}
      {templates.isError && !templates.data && (
        <LoadError what="what can be run" error={templates.error} retry={() => templates.refetch()} />
      )}
      {templates.isPending && <Skeleton lines={8} what="what can be run" />}
    </div>
  );
}

function Templates({ templates }: { templates: Template[] }) {
  const [first, ...rest] = templates;
  if (!first) {
    return (
      <div className="panel">
        <EmptyState title="Nothing to run by name yet">
          This scheduler offers no ready program. Any image pinned by digest can be ordered through its API.
        </EmptyState>
      </div>
    );
  }
  return <OrderForm templates={[first, ...rest]} />;
}
