import type { Quote } from "@gristmill/shared/api/quote";
import { Usd } from "../money/Usd.tsx";
import { fieldLabel } from "./fieldLabel.ts";

/** Why each class of machine does not fit, and what would have to change for the nearest of it. */
export function RefusalList({ refused }: { refused: Quote["refused"] }) {
  const assets = refused.reduce((sum, each) => sum + each.assets, 0);
  return (
    <details>
      <summary className="text-muted">
        {assets} {assets === 1 ? "does" : "do"} not fit
      </summary>
      <ul className="mt-1 flex flex-col gap-3">
        {refused.map((each) => (
          <li key={`${each.gpuClass}-${each.field}`}>
            <span className="font-medium">{each.gpuClass ?? "no GPU"}</span>
            {each.assets > 1 && <span className="text-muted"> ({each.assets}), nearest</span>} {each.name} {each.reason}
            <ul className="text-xs text-muted">
              {[each, ...each.also].map(({ field, got, wanted }) => (
                <li key={field}>
                  {fieldLabel(field)}: has {got}, wanted {wanted}
                </li>
              ))}
              {each.pricePerSecond !== null && (
                <li>
                  Listed for <Usd amount={each.pricePerSecond * 3600n} per="h" />
                </li>
              )}
            </ul>
          </li>
        ))}
      </ul>
    </details>
  );
}
