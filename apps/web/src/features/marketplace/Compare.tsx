import Link from "next/link";
import type { ReactNode } from "react";
import { bytes } from "../../lib/bytes.ts";
import { duration } from "../../lib/duration.ts";
import { Usd } from "../money/Usd.tsx";
import { buttonClass } from "../ui/Button.tsx";
import { When } from "../ui/When.tsx";
import { formatGflops, MeasuredBadge } from "./AssetTable.tsx";
import { AvailabilityBadge } from "./AvailabilityBadge.tsx";
import type { AssetFigures } from "./assetFigures.ts";
import { SimulatedBadge } from "./SimulatedBadge.tsx";

const rows: [name: string, value: (each: AssetFigures) => ReactNode][] = [
  ["Now", (each) => <AvailabilityBadge availability={each.asset.availability} />],
  [
    "GPU",
    (each) => (
      <>
        {each.gpu} {each.simulated && <SimulatedBadge />}
      </>
    ),
  ],
  ["GPU memory", (each) => (each.vramMiB > 0 ? `${each.vramMiB / 1024} GiB` : "none")],
  [
    "Price",
    (each) => (each.pricePerSecond === undefined ? "not listed" : <Usd amount={each.pricePerSecond * 3600n} per="h" />),
  ],
  [
    "Measured",
    (each) =>
      each.gflops === undefined ? (
        "unknown"
      ) : (
        <>
          {formatGflops(each.gflops)} <MeasuredBadge asset={each.asset} />
        </>
      ),
  ],
  [
    "Per dollar",
    (each) =>
      each.gflopsPerDollarHour === undefined ? "unknown" : `${formatGflops(each.gflopsPerDollarHour)} for 1 USD / h`,
  ],
  [
    "Processor",
    (each) =>
      each.asset.manifest ? `${each.asset.manifest.cpuModel}, ${each.asset.manifest.cpuCores} cores` : "unknown",
  ],
  ["Memory", (each) => (each.asset.manifest ? bytes(each.asset.manifest.memoryMiB * 1_048_576) : "unknown")],
  ["Disk", (each) => (each.asset.manifest ? bytes(each.asset.manifest.diskMiB * 1_048_576) : "unknown")],
  ["Jobs contained by", (each) => each.asset.manifest?.executor ?? "unknown"],
  [
    "Completed",
    (each) => (each.asset.stats.leases ? `${each.asset.stats.completed} of ${each.asset.stats.leases}` : "no jobs yet"),
  ],
  ["Reliability", (each) => (each.reliability === undefined ? "unknown" : `${Math.floor(each.reliability * 100)} %`)],
  ["Download", (each) => (each.asset.network ? `${each.asset.network.downMbps} Mbit/s` : "unknown")],
  ["Longest job", (each) => (each.asset.listing ? duration(each.asset.listing.maxSeconds) : "not listed")],
  ["Attested until", (each) => <When at={each.asset.attestedUntil} />],
];

/** Selected machines side by side. */
export function Compare({ assets }: { assets: AssetFigures[] }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-max text-left">
        <thead>
          <tr className="border-b border-line">
            <th scope="col" className="py-2 pr-6 font-medium text-muted">
              Machine
            </th>
            {assets.map((each) => (
              <th scope="col" key={each.asset.assetId} className="py-2 pr-6 font-medium">
                {each.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name} className="border-b border-line last:border-0">
              <th scope="row" className="py-2 pr-6 font-normal text-muted">
                {name}
              </th>
              {assets.map((each) => (
                <td key={each.asset.assetId} className="max-w-72 py-2 pr-6 break-words">
                  {value(each)}
                </td>
              ))}
            </tr>
          ))}
          <tr>
            <td />
            {assets.map((each) => (
              <td key={each.asset.assetId} className="pt-3 pr-6">
                <Link href={requirementsLink(each)} className={buttonClass()}>
                  Require this kind
                </Link>
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

/** The order form, asking for what this machine has. */
function requirementsLink(each: AssetFigures): string {
  const params = new URLSearchParams({ region: each.asset.region });
  if (each.gpuClass) params.set("gpu", each.gpuClass);
  if (each.vramMiB > 0) params.set("vram", String(each.vramMiB));
  return `/buy?${params}`;
}
