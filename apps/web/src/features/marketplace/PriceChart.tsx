"use client";
import { CartesianGrid, LabelList, ResponsiveContainer, Scatter, ScatterChart, Tooltip, XAxis, YAxis } from "recharts";
import { formatGflops } from "./AssetTable.tsx";
import type { AssetFigures } from "./assetFigures.ts";
import { roundTicks } from "./roundTicks.ts";

/** Price against measured performance; the table above holds the same figures for those who cannot see it. */
export default function PriceChart({ assets }: { assets: AssetFigures[] }) {
  const points = assets.flatMap((each) =>
    each.pricePerSecond !== undefined && each.gflops !== undefined
      ? [{ name: each.name, price: Number(each.pricePerSecond * 3600n) / 1e6, gflops: each.gflops }]
      : [],
  );
  const prices = roundTicks(points.map((point) => point.price));
  const speeds = roundTicks(points.map((point) => point.gflops));
  const axis = { stroke: "var(--edge)", tick: { fill: "var(--muted)", fontSize: 12 }, tickLine: false } as const;
  return (
    <figure>
      <div aria-hidden className="h-64">
        <ResponsiveContainer width="100%" height="100%">
          <ScatterChart accessibilityLayer={false} margin={{ top: 24, right: 32, bottom: 28, left: 24 }}>
            <CartesianGrid stroke="var(--line)" />
            <XAxis
              type="number"
              dataKey="price"
              name="Price"
              domain={[0, prices.at(-1) ?? 1]}
              ticks={prices}
              label={{ value: "USD / h", position: "bottom", offset: 6, fill: "var(--muted)", fontSize: 12 }}
              {...axis}
            />
            <YAxis
              type="number"
              dataKey="gflops"
              name="Measured"
              domain={[0, speeds.at(-1) ?? 1]}
              ticks={speeds}
              label={{
                value: "GFLOPS, single precision",
                angle: -90,
                position: "insideLeft",
                fill: "var(--muted)",
                fontSize: 12,
                dy: 60,
              }}
              {...axis}
            />
            <Tooltip
              cursor={false}
              content={({ payload }: { payload?: readonly { payload?: unknown }[] }) => {
                const point = payload?.[0]?.payload as (typeof points)[number] | undefined;
                return point ? (
                  <div className="rounded-md bg-ink px-3 py-2 text-xs text-bg">
                    <p className="font-medium">{point.name}</p>
                    <p>{point.price} USD / h</p>
                    <p>{formatGflops(point.gflops)}</p>
                  </div>
                ) : null;
              }}
            />
            <Scatter data={points} fill="var(--grain)" isAnimationActive={false} shape="circle" legendType="none">
              <LabelList dataKey="name" position="top" offset={8} fill="var(--ink)" fontSize={12} />
            </Scatter>
          </ScatterChart>
        </ResponsiveContainer>
      </div>
      <figcaption className="mt-1 text-xs text-muted">
        Up and to the left is more performance for less money. Each point is one machine of the table.
      </figcaption>
    </figure>
  );
}
