"use client";
import dynamic from "next/dynamic";
import Link from "next/link";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import { Button, buttonClass } from "../ui/Button.tsx";
import { EmptyState } from "../ui/EmptyState.tsx";
import { LoadError } from "../ui/LoadError.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { AssetTable } from "./AssetTable.tsx";
import { Compare } from "./Compare.tsx";
import { FilterBar } from "./FilterBar.tsx";
import { applyFilters, type Filters, readFilters, writeFilters } from "./filters.ts";
import { useAssets } from "./useAssets.ts";

const PriceChart = dynamic(() => import("./PriceChart.tsx"), {
  ssr: false,
  loading: () => <div className="skeleton h-64" />,
});

/** GPUs for rent, to filter, sort and compare. */
export function MarketplacePage() {
  const assets = useAssets();
  const router = useRouter();
  const path = usePathname();
  const filters = readFilters(useSearchParams());
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const setFilters = (next: Filters) => {
    const query = writeFilters(next);
    router.replace(query ? `${path}?${query}` : path, { scroll: false });
  };
  const shown = assets.data ? applyFilters(assets.data, filters) : [];
  const compared = (assets.data ?? []).filter((each) => selected.has(each.asset.assetId));
  const free = (assets.data ?? []).filter((each) => each.asset.availability === "free").length;
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <div className="max-w-prose">
          <h1>GPUs for rent</h1>
          <p className="mt-1 text-muted">
            Posted prices, by the second. Pay up to a limit from your wallet, get back what you don't use.
          </p>
        </div>
        <Link href="/buy" className={buttonClass("primary")}>
          Run a job
        </Link>
      </div>
      {assets.isError && !assets.data ? (
        <LoadError what="the marketplace" error={assets.error} retry={() => assets.refetch()} />
      ) : (
        <Panel
          title="Machines"
          aside={
            <span className="text-xs text-muted" aria-live="polite">
              {assets.data ? `${shown.length} shown, ${free} of ${assets.data.length} free` : "loading"}
            </span>
          }
        >
          {!assets.data ? (
            <Skeleton lines={6} what="machines" />
          ) : assets.data.length === 0 ? (
            <EmptyState
              title="No GPU is listed yet"
              action={
                <Link href="/provider" className={buttonClass()}>
                  List your GPU
                </Link>
              }
            >
              Here will be every GPU that can be rented, with its price and what it measured. Yours can be the first.
            </EmptyState>
          ) : (
            <>
              <FilterBar filters={filters} assets={assets.data} onChange={setFilters} />
              <div className="mt-4 border-t border-line pt-2">
                {shown.length === 0 ? (
                  <EmptyState
                    title="No machine passes these filters"
                    action={
                      <Button onClick={() => router.replace(path, { scroll: false })}>
                        Show all {assets.data.length}
                      </Button>
                    }
                  >
                    Loosen one of them, or list a GPU that fits.
                  </EmptyState>
                ) : (
                  <AssetTable
                    assets={shown}
                    selected={selected}
                    onSelect={(id, on) =>
                      setSelected((before) => new Set(on ? [...before, id] : [...before].filter((each) => each !== id)))
                    }
                  />
                )}
              </div>
            </>
          )}
        </Panel>
      )}
      {compared.length > 0 && (
        <Panel
          title="Side by side"
          aside={
            <Button look="quiet" onClick={() => setSelected(new Set())}>
              Clear
            </Button>
          }
        >
          <Compare assets={compared} />
          {compared.length === 1 && <p className="mt-2 text-muted">Select another machine to compare it with.</p>}
        </Panel>
      )}
      {shown.length > 0 && (
        <Panel title="Price against performance">
          <PriceChart assets={shown} />
        </Panel>
      )}
    </div>
  );
}
