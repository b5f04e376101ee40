"use client";
import { Button } from "../features/ui/Button.tsx";
import { EmptyState } from "../features/ui/EmptyState.tsx";

export default function ErrorPage({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <div className="panel" role="alert">
      <EmptyState
        wholePage
        title="This page broke"
        action={
          <Button look="primary" onClick={reset}>
            Show it again
          </Button>
        }
      >
        {error.message || "The page met something it did not expect."} Jobs run on without this page, and no money moved
        because of it.
      </EmptyState>
    </div>
  );
}
