import { Hash } from "../ui/Hash.tsx";
import { Notice } from "../ui/Notice.tsx";
import type { Verdict } from "./verifyStatement.ts";

/** What a check of a proof showed, and what it did not. */
export function VerdictNotice({ verdict }: { verdict: Verdict }) {
  switch (verdict.kind) {
    case "holds":
      return (
        <div data-testid="verdict" data-verdict="holds">
          <Notice tone="proven" title={`The ${verdict.circuit.title} holds`}>
            <p>
              Your browser checked it, with the key that the market's contract commits to (hash{" "}
              <Hash value={verdict.keyHash} name="key hash" />
              ).
            </p>
            <p className="mt-2">
              <span className="text-ink">What was shown: </span>
              {verdict.circuit.shows}
            </p>
            <p className="mt-2">
              <span className="text-ink">What was not shown: </span>
              {verdict.circuit.doesNotShow}
            </p>
          </Notice>
        </div>
      );
    case "does-not-hold":
      return (
        <div data-testid="verdict" data-verdict="does-not-hold">
          <Notice tone="failed" title="The proof does not hold for these values">
            {verdict.because}. Nothing is shown by it.
          </Notice>
        </div>
      );
    case "wrong-key":
      return (
        <div data-testid="verdict" data-verdict="wrong-key">
          <Notice tone="failed" title="Not checked: this page has another key than the market's contract">
            This page's key has the hash <Hash value={verdict.ours} name="hash of this page's key" />, the contract's{" "}
            <Hash value={verdict.onChain} name="hash of the contract's key" />. Either this page was built for another
            deployment, or somebody changed it. A proof checked with it would say nothing.
          </Notice>
        </div>
      );
    case "unknown-circuit":
      return (
        <div data-testid="verdict" data-verdict="unknown-circuit">
          <Notice tone="failed" title={`Not checked: this market has no circuit called “${verdict.name}”`} />
        </div>
      );
  }
}
