"use client";
import type { AssetView } from "@gristmill/shared/api/views";
import { Usd } from "../money/Usd.tsx";
import { Badge } from "../ui/Badge.tsx";
import { Hash } from "../ui/Hash.tsx";
import { AvailabilityBadge } from "./AvailabilityBadge.tsx";
import type { AssetFigures } from "./assetFigures.ts";
import { SimulatedBadge } from "./SimulatedBadge.tsx";

const cell =
  "py-2.5 pr-6 align-top max-md:flex max-md:items-baseline max-md:justify-between max-md:gap-4 max-md:py-1 max-md:pr-0 max-md:before:text-muted max-md:before:content-[attr(data-label)]";
const head = "py-2 pr-6 font-medium whitespace-nowrap";

/** Assets to compare: a table, on a phone a card each. */
export function AssetTable({
  assets,
  selected,
  onSelect,
}: {
  assets: AssetFigures[];
  selected: ReadonlySet<string>;
  onSelect: (assetId: string, on: boolean) => void;
}) {
  return (
    <table className="w-full text-left max-md:block">
      <caption className="sr-only">GPUs for rent, with price, measured performance and availability</caption>
      <thead className="max-md:sr-only">
        <tr className="border-b border-line text-muted">
          <th scope="col" className={head}>
            <span className="sr-only">Compare</span>
          </th>
          <th scope="col" className={head}>
            Machine
          </th>
          <th scope="col" className={head}>
            GPU
          </th>
          <th scope="col" className={head}>
            GPU memory
          </th>
          <th scope="col" className={head}>
            Region
          </th>
          <th scope="col" className={`${head} text-right`}>
            Price
          </th>
          <th scope="col" className={`${head} text-right`}>
            Measured
          </th>
          <th scope="col" className={`${head} text-right`}>
            Per dollar
          </th>
          <th scope="col" className={head}>
            Reliability
          </th>
          <th scope="col" className={head}>
            Provider
          </th>
          <th scope="col" className="py-2 font-medium">
            Now
          </th>
        </tr>
      </thead>
      <tbody className="max-md:flex max-md:flex-col max-md:gap-3">
        {assets.map((each) => {
          const { asset } = each;
          return (
            <tr
              key={asset.assetId}
              data-testid="asset-row"
              className="border-b border-line last:border-0 max-md:flex max-md:flex-col max-md:rounded-md max-md:border max-md:p-3 max-md:last:border"
            >
              <td className={`${cell} max-md:items-center`} data-label="Compare">
                <input
                  type="checkbox"
                  aria-label={`Compare ${each.name}`}
                  className="size-4 accent-(--grain)"
                  checked={selected.has(asset.assetId)}
                  onChange={(event) => onSelect(asset.assetId, event.target.checked)}
                />
              </td>
              <th
                scope="row"
                className={`${cell} font-medium max-md:order-first max-md:text-base max-md:before:content-none`}
                data-label="Machine"
              >
                {each.name}
              </th>
              <td className={cell} data-label="GPU">
                <span className="flex flex-wrap items-center gap-x-2 gap-y-1 max-md:justify-end">
                  {each.gpu}
                  {each.simulated && <SimulatedBadge />}
                </span>
              </td>
              <td className={`${cell} whitespace-nowrap`} data-label="GPU memory">
                {each.vramMiB > 0 ? `${each.vramMiB / 1024} GiB` : "none"}
              </td>
              <td className={cell} data-label="Region">
                {asset.region}
              </td>
              <td className={`${cell} md:text-right`} data-label="Price">
                {each.pricePerSecond === undefined ? (
                  <span className="text-muted">not listed</span>
                ) : (
                  <span className="flex flex-col max-md:items-end">
                    <span className="font-medium">
                      <Usd amount={each.pricePerSecond * 3600n} per="h" />
                    </span>
                    <span className="text-xs text-muted">
                      <Usd amount={each.pricePerSecond} per="s" />
                    </span>
                  </span>
                )}
              </td>
              <td className={`${cell} md:text-right`} data-label="Measured">
                {each.gflops === undefined ? (
                  <span className="text-muted">unknown</span>
                ) : (
                  <span className="flex flex-col items-end gap-0.5">
                    <span className="whitespace-nowrap">{formatGflops(each.gflops)}</span>
                    <MeasuredBadge asset={asset} />
                  </span>
                )}
              </td>
              <td className={`${cell} whitespace-nowrap md:text-right`} data-label="Per dollar">
                {each.gflopsPerDollarHour === undefined ? (
                  <span className="text-muted">unknown</span>
                ) : (
                  formatGflops(each.gflopsPerDollarHour)
                )}
              </td>
              <td className={`${cell} whitespace-nowrap`} data-label="Reliability">
                {each.reliability === undefined ? (
                  <span className="text-muted">no jobs yet</span>
                ) : (
                  <span className="flex flex-col max-md:items-end">
                    <span>{Math.floor(each.reliability * 100)} %</span>
                    <span className="text-xs text-muted">
                      {asset.stats.completed} of {asset.stats.leases} jobs
                    </span>
                  </span>
                )}
              </td>
              <td className={cell} data-label="Provider">
                <Hash value={asset.provider} name="provider address" />
              </td>
              <td className={`${cell} md:pr-0`} data-label="Now">
                <AvailabilityBadge availability={asset.availability} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Who measured what stands above it. */
export function MeasuredBadge({ asset }: { asset: AssetView }) {
  if (asset.performance?.source === "attested")
    return (
      <Badge tone="proven" hint="Staked attesters measured this, not the machine alone. Single precision.">
        attested
      </Badge>
    );
  const device = asset.manifest?.benchmark.device === "cpu" ? ", on its CPU" : "";
  return <Badge hint={`Nobody but the machine itself measured this${device}. Single precision.`}>self-measured</Badge>;
}

/** @example formatGflops(61234.5) // "61.2 TFLOPS" */
export function formatGflops(gflops: number): string {
  return gflops >= 1000
    ? `${(gflops / 1000).toLocaleString("en", { maximumFractionDigits: 1 })} TFLOPS`
    : `${gflops.toLocaleString("en", { maximumFractionDigits: 1 })} GFLOPS`;
}
