"use client";
import { useMarket } from "../shell/marketContext.tsx";
import { Facts } from "../ui/Facts.tsx";
import { Hash } from "../ui/Hash.tsx";
import { Panel } from "../ui/Panel.tsx";
import { AssuranceTable } from "./AssuranceTable.tsx";
import { CheckProofForm } from "./CheckProofForm.tsx";

/** What a bill in this market rests on, and what it does not rest on. */
export function ProofsPage() {
  const { market } = useMarket();
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-6">
      <div className="max-w-prose">
        <h1>What is proven</h1>
        <p className="mt-2 text-muted">
          A usage proof shows that the billed seconds follow from ticks that a second party countersigned. It is not a
          proof of computation: it does not show that useful work was done. Here is what each level shows, and what it
          does not.
        </p>
      </div>
      <Panel title="Levels of assurance">
        <AssuranceTable />
      </Panel>
      <Panel title="Check a proof yourself">
        <p className="mb-4 max-w-prose text-muted">
          You need not trust the scheduler or the node: your browser checks the proof with the key whose hash the
          market's contract holds. What you trust is this page's code and your Ethereum endpoint; run both yourself to
          trust nobody. Change a digit of a copied proof and see it fail.
        </p>
        <CheckProofForm />
      </Panel>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <Panel title="Who countersigns time">
          <p className="mb-3 text-muted">
            The notary signs each tick of the meter beside the node. Here it is the scheduler: you trust the scheduler
            not to countersign time that did not pass. That is why usage which the scheduler notarised can be withdrawn
            only after you accepted it, or after the claim window.
          </p>
          <Facts
            rows={[
              ["Notary", <Hash key="notary" value={market.notary} name="notary" />],
              ["Scheduler", <Hash key="scheduler" value={market.scheduler} name="scheduler" />],
            ]}
          />
        </Panel>
        <Panel title="The contracts of this market">
          <Facts
            rows={Object.entries(market.contracts).flatMap(([name, address]) =>
              address === undefined ? [] : [[name, <Hash key={name} value={address} name={`${name} contract`} />]],
            )}
          />
          <p className="mt-3 text-muted">
            The code of these contracts cannot change under a job. The fee is {market.feeBps / 100} % on top of what the
            provider is paid, and every price shown here includes it where it says total.
          </p>
        </Panel>
      </div>
    </div>
  );
}
