"use client";
import { assetAbi } from "@gristmill/shared/abi/asset";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { registryAbi } from "@gristmill/shared/abi/registry";
import type { ProviderView } from "@gristmill/shared/api/views";
import { manifestHash } from "@gristmill/shared/manifest/manifest";
import { type Address, type Hex, parseEther, parseEventLogs } from "viem";
import { bytes } from "../../lib/bytes.ts";
import { formatGflops } from "../marketplace/AssetTable.tsx";
import { SimulatedBadge } from "../marketplace/SimulatedBadge.tsx";
import { useMarket } from "../shell/marketContext.tsx";
import { TransactionState } from "../transactions/TransactionState.tsx";
import { useTransaction } from "../transactions/useTransaction.ts";
import { Badge } from "../ui/Badge.tsx";
import { Button } from "../ui/Button.tsx";
import { Facts } from "../ui/Facts.tsx";
import { Hash } from "../ui/Hash.tsx";
import { Notice } from "../ui/Notice.tsx";
import { When } from "../ui/When.tsx";
import { capabilityOf } from "./capabilityOf.ts";
import { ListingForm } from "./ListingForm.tsx";
import type { ListingTerms } from "./listingDraft.ts";

/** Gas money for a new machine's own key: it pays for its own start and capture transactions. */
const nodeGas = parseEther("0.1");

/** A machine that runs the agent: to be accepted, then listed. */
export function NodeCard({
  node,
  provider,
  lead,
}: {
  node: ProviderView["nodes"][number];
  provider: Address;
  /** Whether its action is the page's primary one. */
  lead: boolean;
}) {
  const { market } = useMarket();
  const transaction = useTransaction();
  const { manifest } = node;
  const honest = manifestHash(manifest) === node.manifestHash;

  const accept = () =>
    transaction.run(async (send) => {
      await send(provider, {
        address: market.contracts.registry,
        abi: registryAbi,
        functionName: "addNode",
        args: [node.node, BigInt(node.pairing.deadline), node.pairing.signature as Hex],
        value: nodeGas,
      });
    }, `${manifest.name} is your machine now`);

  const list = (terms: ListingTerms) =>
    transaction.run(async (send) => {
      const minted = await send(provider, {
        address: market.contracts.asset,
        abi: assetAbi,
        functionName: "mint",
        args: [capabilityOf(manifest, terms.endsAt)],
      });
      const event = parseEventLogs({ abi: assetAbi, eventName: "AssetMinted", logs: minted.logs })[0];
      if (!event)
        throw new Error("The asset was created, but the block does not name it. Reload, then publish its price.");
      await send(provider, {
        address: market.contracts.market,
        abi: marketplaceAbi,
        functionName: "list",
        args: [
          event.args.assetId,
          market.paymentToken.address,
          terms.pricePerSecond,
          terms.minSeconds,
          terms.maxSeconds,
          BigInt(terms.endsAt),
        ],
      });
    }, `${manifest.name} is on the market`);

  return (
    <div className="flex flex-col gap-4 rounded-md border border-line p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="flex flex-wrap items-center gap-2 text-base font-semibold">
          {node.state === "waiting" ? `${manifest.name} wants to join` : manifest.name}
          {manifest.gpus.some((gpu) => gpu.simulated) && <SimulatedBadge />}
        </p>
        {node.online ? (
          <Badge tone="proven" hint="It sends a signed heartbeat.">
            online
          </Badge>
        ) : (
          <Badge tone="failed" hint="No heartbeat: it gets no job until it is back.">
            offline
            {node.lastSeenAt !== null && (
              <>
                , seen <When at={node.lastSeenAt} />
              </>
            )}
          </Badge>
        )}
      </div>
      <div className="grid gap-x-10 gap-y-2 md:grid-cols-2">
        <Facts
          rows={[
            ["GPU", manifest.gpus.map((gpu) => gpu.model).join(", ") || "none: offers its processor"],
            ["GPU memory", bytes(manifest.gpus.reduce((sum, gpu) => sum + gpu.vramMiB, 0) * 1_048_576)],
            ["Processor", `${manifest.cpuModel}, ${manifest.cpuCores} cores`],
            ["Memory, disk", `${bytes(manifest.memoryMiB * 1_048_576)}, ${bytes(manifest.diskMiB * 1_048_576)}`],
          ]}
        />
        <Facts
          rows={[
            ["Region", manifest.region],
            [
              "Measured by itself",
              `${formatGflops(manifest.benchmark.fp32MilliGflops / 1000)}${manifest.benchmark.device === "cpu" ? ", on its CPU" : ""}`,
            ],
            ["Jobs contained by", manifest.executor],
            ["Machine's key", <Hash key="k" value={node.node} name="node key" />],
          ]}
        />
      </div>
      {!honest && (
        <Notice tone="failed" title="What this machine says of itself does not match its hash. Do not accept it." />
      )}
      {node.state === "waiting" && honest && (
        <div className="flex flex-col items-start gap-2">
          <p className="text-muted">
            Only accept a machine that you started yourself: the key above must be the one its agent printed. Your
            wallet will ask for one transaction: it lets this key work for you and hands it 0.1 ETH, the chain's own
            coin, for its transaction fees.
          </p>
          <Button
            look={lead ? "primary" : "plain"}
            data-testid="accept-machine"
            onClick={accept}
            disabled={transaction.busy}
          >
            Accept this machine
          </Button>
        </div>
      )}
      {node.state === "paired" && node.assetId === null && honest && (
        <ListingForm
          lead={lead}
          busy={transaction.busy}
          onSubmit={list}
          signatures="Your wallet will ask twice: to create the asset that stands for this GPU, and to publish its price. Both cost gas only."
        />
      )}
      {node.state === "revoked" && <p className="text-muted">Shut out: this key can start no lease any more.</p>}
      <TransactionState step={transaction.step} failure={transaction.failure} />
    </div>
  );
}
