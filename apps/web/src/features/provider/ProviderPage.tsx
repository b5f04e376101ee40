"use client";
import type { ProviderView } from "@gristmill/shared/api/views";
import { useConnection } from "wagmi";
import { Usd } from "../money/Usd.tsx";
import { Badge } from "../ui/Badge.tsx";
import { EmptyState } from "../ui/EmptyState.tsx";
import { LoadError } from "../ui/LoadError.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { useMounted } from "../ui/useMounted.ts";
import { ConnectButton } from "../wallet/ConnectButton.tsx";
import { WrongChain } from "../wallet/WrongChain.tsx";
import { AssetCard } from "./AssetCard.tsx";
import { EarningsPanel } from "./EarningsPanel.tsx";
import { InstallPanel } from "./InstallPanel.tsx";
import { LeasesTable } from "./LeasesTable.tsx";
import { NodeCard } from "./NodeCard.tsx";
import { adviceOf, healthOf } from "./providerAdvice.ts";
import { useProvider } from "./useProvider.ts";

/** Is my machine healthy, what did it earn, what should I do now? */
export function ProviderPage() {
  const connection = useConnection();
  const mounted = useMounted();
  const provider = mounted ? connection.address : undefined;
  const view = useProvider(provider);
  return (
    <div className="flex flex-col gap-6">
      <div className="max-w-prose">
        <h1>Provide</h1>
        <p className="mt-1 text-muted">Your machines, what they earned, and what to do next.</p>
      </div>
      {!provider ? (
        <div className="panel">
          <EmptyState title="Rent out a GPU" action={<ConnectButton look="primary" />}>
            Connect the wallet that shall own it and be paid. It stays with you; the machine gets a key of its own that
            can never touch your money.
          </EmptyState>
        </div>
      ) : view.isError && !view.data ? (
        <LoadError what="your machines" error={view.error} retry={() => view.refetch()} />
      ) : !view.data ? (
        <Skeleton lines={8} what="your machines" />
      ) : (
        <>
          <WrongChain />
          <Answers view={view.data} />
          <Details view={view.data} />
        </>
      )}
    </div>
  );
}

function Answers({ view }: { view: ProviderView }) {
  const health = healthOf(view);
  return (
    <dl className="grid gap-3 sm:grid-cols-3">
      <div className="panel p-4">
        <dt className="text-xs text-muted">Healthy?</dt>
        <dd className="mt-1 text-base font-semibold">
          <Badge tone={health.tone}>{health.words}</Badge>
        </dd>
      </div>
      <div className="panel p-4">
        <dt className="text-xs text-muted">Earned</dt>
        <dd className="mt-1 text-base font-semibold">
          <Usd amount={view.earnings.total + view.earnings.pending} />
        </dd>
      </div>
      <div className="panel p-4">
        <dt className="text-xs text-muted">What now?</dt>
        <dd className="mt-1 text-base font-semibold">{adviceOf(view)}</dd>
      </div>
    </dl>
  );
}

function Details({ view }: { view: ProviderView }) {
  // A machine with an asset is shown by its asset, unless there is something to say about the machine itself.
  const nodes = view.nodes.filter((node) => node.state === "waiting" || node.assetId === null || !node.online);
  const earnings = view.earnings.withdrawable > 0n;
  const leadAsset = nodes.length === 0 && !earnings ? view.assets.find((asset) => !asset.listing)?.assetId : undefined;
  return (
    <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-col gap-6">
        {nodes.length > 0 && (
          <Panel title="Machines that need you">
            <div className="flex flex-col gap-4">
              {nodes.map((node, index) => (
                <NodeCard key={node.node} node={node} provider={view.provider} lead={index === 0} />
              ))}
            </div>
          </Panel>
        )}
        {view.assets.length > 0 && (
          <Panel title="On the market">
            <ul className="flex flex-col gap-4">
              {view.assets.map((asset) => (
                <AssetCard
                  key={asset.assetId}
                  asset={asset}
                  provider={view.provider}
                  lead={asset.assetId === leadAsset}
                />
              ))}
            </ul>
          </Panel>
        )}
        <Panel title="Recent leases">
          <LeasesTable leases={view.leases} />
        </Panel>
      </div>
      <div className="flex min-w-0 flex-col gap-6">
        <Panel title="Earnings">
          <EarningsPanel view={view} lead={nodes.length === 0} />
        </Panel>
        <Panel title="Add a machine">
          <InstallPanel provider={view.provider} />
        </Panel>
      </div>
    </div>
  );
}
