import type { Quote } from "@gristmill/shared/api/quote";
import { shortHash } from "../../lib/shortHash.ts";
import { SimulatedBadge } from "../marketplace/SimulatedBadge.tsx";
import { Usd } from "../money/Usd.tsx";
import { fieldLabel } from "./fieldLabel.ts";

/** Where the job would run, what else fits, and why the others do not. */
export function Placement({ quote }: { quote: Quote }) {
  const [chosen, ...others] = quote.candidates;
  return (
    <div className="flex flex-col gap-4">
      {chosen && (
        <div>
          <p className="text-xs text-muted">Would run on</p>
          <p className="mt-0.5 flex flex-wrap items-center gap-2 font-medium">
            {chosen.name}, {chosen.region} {chosen.simulated && <SimulatedBadge />}
          </p>
          <p className="text-muted">
            {chosen.gpuClass ?? "no GPU"}, <Usd amount={chosen.pricePerSecond * 3600n} per="h" />, provider{" "}
            <span className="font-mono text-[13px]">{shortHash(chosen.provider)}</span>
          </p>
        </div>
      )}
      {others.length > 0 && (
        <details>
          <summary className="text-muted">{others.length} more would fit</summary>
          <ul className="mt-1 flex flex-col gap-1">
            {others.map((each) => (
              <li key={each.assetId} className="flex justify-between gap-4">
                <span>
                  {each.name}, {each.region}
                </span>
                <span>
                  up to <Usd amount={each.total} />
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {quote.refused.length > 0 && (
        <details>
          <summary className="text-muted">
            {quote.refused.length} {quote.refused.length === 1 ? "does" : "do"} not fit
          </summary>
          <ul className="mt-1 flex flex-col gap-2">
            {quote.refused.map((each) => (
              <li key={`${each.assetId}-${each.field}`}>
                <span className="font-medium">{each.name}</span>: {each.reason}
                <span className="block text-xs text-muted">
                  {fieldLabel(each.field)}: has {each.got}, wanted {each.wanted}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
