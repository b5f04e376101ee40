import type { Quote } from "@gristmill/shared/api/quote";
import { shortHash } from "../../lib/shortHash.ts";
import { SimulatedBadge } from "../marketplace/SimulatedBadge.tsx";
import { Usd } from "../money/Usd.tsx";

const head = "py-1.5 pr-4 font-medium whitespace-nowrap";
const cell = "py-1.5 pr-4 align-top";

/** What fits, best first, and where the job would run. A phone shows what decides: machine and price. */
export function CandidateTable({ candidates }: { candidates: Quote["candidates"] }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left">
        <caption className="sr-only">Machines that fit, best first</caption>
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            <th scope="col" className={head}>
              Machine
            </th>
            <th scope="col" className={head}>
              GPU
            </th>
            <th scope="col" className={`${head} hidden text-right sm:table-cell`}>
              Starts in
            </th>
            <th scope="col" className="py-1.5 text-right font-medium whitespace-nowrap">
              Price, at most
            </th>
          </tr>
        </thead>
        <tbody>
          {candidates.map((each) => (
            <tr key={each.assetId} className="border-b border-line last:border-0">
              <th scope="row" className={`${cell} font-normal`}>
                <span className={each.chosen ? "font-medium" : ""}>{each.name}</span>
                {each.chosen && <span className="ml-2 text-xs text-proven">chosen</span>}
                <span className="block text-xs text-muted">
                  {each.region}, <span className="font-mono">{shortHash(each.provider)}</span>
                </span>
              </th>
              <td className={cell}>
                {each.gpuClass ?? "none"} {each.simulated && <SimulatedBadge />}
                <span className="block text-xs text-muted">measured by {attestationWords[each.attestation]}</span>
              </td>
              <td className={`${cell} hidden text-right whitespace-nowrap sm:table-cell`}>
                about {Math.ceil(each.startMs / 1000)} s
              </td>
              <td className="py-1.5 text-right align-top whitespace-nowrap">
                <Usd amount={each.pricePerSecond * 3600n} per="h" />
                <span className="block text-xs">
                  <Usd amount={each.total} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const attestationWords = { "self-measured": "itself", attested: "attesters", tee: "TEE" } as const;
