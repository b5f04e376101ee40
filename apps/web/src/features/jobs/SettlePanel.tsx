"use client";
import type { JobView } from "@gristmill/shared/api/views";
import { useState } from "react";
import { z } from "zod";
import { describeError } from "../../lib/describeError.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";

/** Past the claim window: closes the job and sends the rest back; anybody may ask for it and nobody signs. */
export function SettlePanel({ job, onDone }: { job: JobView; onDone: () => void }) {
  const { scheduler } = useMarket();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const settle = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await scheduler.post(`/v1/jobs/${job.jobId}/settle`, {}, z.unknown());
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
    onDone();
  };
  return (
    <div className="flex flex-col items-start gap-3">
      <p>The claim window is over. What was not used can go back to the buyer now; it needs no signature.</p>
      <Button look="primary" data-testid="settle" onClick={settle} disabled={busy}>
        {busy ? "Sending it back" : "Get my money back"}
      </Button>
      {failure !== undefined && <Notice tone="failed" title={describeError(failure)} />}
    </div>
  );
}
