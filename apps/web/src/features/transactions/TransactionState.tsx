import { describeError } from "../../lib/describeError.ts";
import { Notice } from "../ui/Notice.tsx";

/** Where a transaction stands, or why it failed. */
export function TransactionState({ step, failure }: { step: string | undefined; failure: unknown }) {
  return (
    <div aria-live="polite" className="w-full empty:hidden">
      {step && <p className="text-waiting">{step}</p>}
      {failure !== undefined && <Notice tone="failed" title={describeError(failure)} />}
    </div>
  );
}
