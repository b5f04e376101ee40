"use client";
import { useTemplates } from "../buy/useTemplates.ts";
import { EmptyState } from "../ui/EmptyState.tsx";
import { LoadError } from "../ui/LoadError.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { AskForm } from "./AskForm.tsx";
import type { AskTemplate } from "./useSealedOrder.ts";

/** Ask a registered model something that only the answering machine sees, and pay only for a proven answer. */
export function AskPage() {
  const templates = useTemplates();
  const asking = templates.data?.filter((each): each is AskTemplate => each.inference !== undefined);
  const [first, ...rest] = asking ?? [];
  return (
    <div className="flex flex-col gap-6">
      <div className="max-w-prose">
        <h1>Ask a model</h1>
        <p className="mt-1 text-muted">
          Draw a digit. It is encrypted in this browser; the machine that answers proves on chain what the model says of
          it. No proof, no pay, and nobody waits for a claim window.
        </p>
      </div>
      {first && <AskForm templates={[first, ...rest]} />}
      {asking?.length === 0 && (
        <div className="panel">
          <EmptyState title="No model to ask yet">
            When a model is registered here and a machine has it, it can be asked on this page.
          </EmptyState>
        </div>
      )}
      {templates.isError && !templates.data && (
        <LoadError what="the models" error={templates.error} retry={() => templates.refetch()} />
      )}
      {templates.isPending && <Skeleton lines={8} what="the models" />}
    </div>
  );
}
