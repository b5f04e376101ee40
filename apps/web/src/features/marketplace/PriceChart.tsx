"use client";
import { CartesianGrid, ResponsiveContainer, Scatter, ScatterChart, Tooltip, XAxis, YAxis } from "recharts";
import { formatGflops } from "./AssetTable.tsx";
import type { AssetFigures } from "./assetFigures.ts";

/** Price against measured performance; the table above holds the same figures for those who cannot see it. */
export default function PriceChart({ assets }: { assets: AssetFigures[] }) {
  const points = assets.flatMap((each) =>
    each.pricePerSecond !== undefined && each.gflops !== undefined
      ? [{ name: each.name, price: Number(each.pricePerSecond * 3600n) / 1e6, gflops: each.gflops }]
      : [],
  );
  const axis = { stroke: "var(--edge)", tick: { fill: "var(--muted)", fontSize: 12 }, tickLine: false } as const;
  return (
    <figure>
      <div aria-hidden className="h-64">
        <ResponsiveContainer width="100%" height="100%">
          <ScatterChart accessibilityLayer={false} margin={{ top: 8, right: 24, bottom: 28, left: 24 }}>
            <CartesianGrid stroke="var(--line)" />
            <XAxis
              type="number"
              dataKey="price"
              name="Price"
              domain={[0, roundAbove]}
              tickFormatter={(value: number) => String(Number(value.toFixed(2)))}
              label={{ value: "USD / h", position: "bottom", offset: 6, fill: "var(--muted)", fontSize: 12 }}
              {...axis}
            />
            <YAxis
              type="number"
              dataKey="gflops"
              name="Measured"
              domain={[0, roundAbove]}
              tickFormatter={(value: number) => String(Number(value.toFixed(1)))}
              label={{
                value: "GFLOPS, self-measured",
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
            <Scatter data={points} fill="var(--grain)" isAnimationActive={false} shape="circle" legendType="none" />
          </ScatterChart>
        </ResponsiveContainer>
      </div>
      <figcaption className="mt-1 text-xs text-muted">
        Up and to the left is more performance for less money. Each point is one machine of the table.
      </figcaption>
    </figure>
  );
}

/** The next round number with some room above the largest value, so that the ticks are round too. */
function roundAbove(max: number): number {
  const step = 10 ** Math.floor(Math.log10(max || 1));
  return Math.ceil((max * 1.05) / step) * step;
}
