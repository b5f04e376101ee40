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
import { type AssetFigures, assetFigures } from "./assetFigures.ts";
import { Compare } from "./Compare.tsx";
import { FilterBar } from "./FilterBar.tsx";
import { type Filters, readFilters, searchQuery, writeFilters } from "./filters.ts";
import { useSearch } from "./useAssets.ts";

const PriceChart = dynamic(() => import("./PriceChart.tsx"), {
  ssr: false,
  loading: () => <div className="skeleton h-64" />,
});

/** GPUs for rent, to filter, sort and compare. */
export function MarketplacePage() {
  const router = useRouter();
  const path = usePathname();
  const filters = readFilters(useSearchParams());
  const search = useSearch(searchQuery(filters));
  // Chosen machines stay side by side when a filter hides them.
  const [compared, setCompared] = useState<AssetFigures[]>([]);
  const setFilters = (next: Filters) => {
    const query = writeFilters(next);
    router.replace(query ? `${path}?${query}` : path, { scroll: false });
  };
  const pages = search.data?.pages;
  const first = pages?.[0];
  const shown = (pages ?? []).flatMap(({ items }) => items).map(assetFigures);
  const free = first?.facets.availability.find(({ value }) => value === "free")?.count ?? 0;
  const choose = (assetId: string, on: boolean) => {
    const found = shown.find(({ asset }) => asset.assetId === assetId);
    setCompared((before) => [
      ...before.filter(({ asset }) => asset.assetId !== assetId),
      ...(on && found !== undefined ? [found] : []),
    ]);
  };
  const fresh = compared.map((each) => shown.find(({ asset }) => asset.assetId === each.asset.assetId) ?? each);
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
      {search.isError && !first ? (
        <LoadError what="the marketplace" error={search.error} retry={() => search.refetch()} />
      ) : (
        <Panel
          title="Machines"
          aside={
            <span className="text-xs text-muted" aria-live="polite">
              {first ? `${first.total} of ${first.considered} match, ${free} free` : "loading"}
            </span>
          }
        >
          {!first ? (
            <Skeleton lines={6} what="machines" />
          ) : first.considered === 0 ? (
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
              <FilterBar filters={filters} facets={first.facets} onChange={setFilters} />
              <div className="mt-4 border-t border-line pt-2">
                {shown.length === 0 ? (
                  <EmptyState
                    title="No machine passes these filters"
                    action={
                      <Button onClick={() => router.replace(path, { scroll: false })}>
                        Show all {first.considered}
                      </Button>
                    }
                  >
                    Loosen one of them, or list a GPU that fits.
                  </EmptyState>
                ) : (
                  <AssetTable
                    assets={shown}
                    selected={new Set(compared.map(({ asset }) => asset.assetId))}
                    onSelect={choose}
                  />
                )}
                {search.hasNextPage && (
                  <Button className="mt-3" disabled={search.isFetchingNextPage} onClick={() => search.fetchNextPage()}>
                    Show {first.total - shown.length} more
                  </Button>
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
            <Button look="quiet" onClick={() => setCompared([])}>
              Clear
            </Button>
          }
        >
          <Compare assets={fresh} />
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
