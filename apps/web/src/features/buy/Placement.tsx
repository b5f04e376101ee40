import type { Quote } from "@gristmill/shared/api/quote";
import { CandidateTable } from "./CandidateTable.tsx";
import { RefusalList } from "./RefusalList.tsx";

/** Where the job would run and why, what else fits, and what would have to change for the rest. */
export function Placement({ quote }: { quote: Quote }) {
  return (
    <div className="flex flex-col gap-4">
      <div>
        <p className="text-xs text-muted">
          Chosen of {quote.fitting} that {quote.fitting === 1 ? "fits" : "fit"}, {quote.considered} looked at
        </p>
        <p className="mt-0.5">{quote.why}.</p>
      </div>
      <CandidateTable candidates={quote.candidates} />
      {quote.fitting > quote.candidates.length && (
        <p className="text-xs text-muted">{quote.fitting - quote.candidates.length} more fit and are not listed.</p>
      )}
      {quote.refused.length > 0 && <RefusalList refused={quote.refused} />}
    </div>
  );
}
