"use client";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import type { AssetView } from "@gristmill/shared/api/views";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { useState } from "react";
import type { Address } from "viem";
import { duration } from "../../lib/duration.ts";
import { AvailabilityBadge } from "../marketplace/AvailabilityBadge.tsx";
import { assetFigures } from "../marketplace/assetFigures.ts";
import { SimulatedBadge } from "../marketplace/SimulatedBadge.tsx";
import { Usd } from "../money/Usd.tsx";
import { useMarket } from "../shell/marketContext.tsx";
import { TransactionState } from "../transactions/TransactionState.tsx";
import { useTransaction } from "../transactions/useTransaction.ts";
import { Button } from "../ui/Button.tsx";
import { Field, inputClass } from "../ui/Field.tsx";
import { When } from "../ui/When.tsx";
import { ListingForm } from "./ListingForm.tsx";
import { type ListingTerms, perSecond } from "./listingDraft.ts";

/** One asset of the provider: its price, its work, and what can be changed. */
export function AssetCard({
  asset,
  provider,
  lead,
}: {
  asset: AssetView;
  provider: Address;
  /** Whether listing it is the page's primary action. */
  lead: boolean;
}) {
  const { market } = useMarket();
  const transaction = useTransaction();
  const { name, gpu, simulated } = assetFigures(asset);
  const [price, setPrice] = useState<string>();
  const [priceError, setPriceError] = useState<string>();
  const base = { address: market.contracts.market, abi: marketplaceAbi };
  const id = BigInt(asset.assetId);

  const reprice = () => {
    let next: bigint;
    try {
      next = perSecond(price ?? "");
    } catch (error) {
      setPriceError(error instanceof Error ? error.message : "is not an amount");
      return;
    }
    setPriceError(undefined);
    void transaction
      .run(
        async (send) => {
          await send(provider, { ...base, functionName: "reprice", args: [id, next] });
        },
        `${name} costs ${formatUsd(next * 3600n)} USD / h now`,
      )
      .then(() => setPrice(undefined));
  };
  const unlist = () =>
    transaction.run(async (send) => {
      await send(provider, { ...base, functionName: "unlist", args: [id] });
    }, `${name} is off the market; running jobs go on`);
  const list = (terms: ListingTerms) =>
    transaction.run(async (send) => {
      // A listing must not outlive the attestation: such an end would promise what the contract refuses.
      const endsAt = Math.min(terms.endsAt, asset.attestedUntil);
      const args = [
        id,
        market.paymentToken.address,
        terms.pricePerSecond,
        terms.minSeconds,
        terms.maxSeconds,
        BigInt(endsAt),
      ];
      await send(provider, { ...base, functionName: "list", args });
    }, `${name} is on the market`);

  return (
    <li className="flex flex-col gap-3 rounded-md border border-line p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="flex flex-wrap items-center gap-2">
          <span className="text-base font-semibold">{name}</span>
          <span className="text-muted">{gpu}</span>
          {simulated && <SimulatedBadge />}
        </p>
        <AvailabilityBadge availability={asset.availability} />
      </div>
      <p className="text-muted">
        {asset.stats.leases === 0 ? (
          "No job yet."
        ) : (
          <>
            Earned{" "}
            <span className="text-ink">
              <Usd amount={asset.stats.earned} />
            </span>{" "}
            in {duration(asset.stats.billedSeconds)} over {asset.stats.leases}{" "}
            {asset.stats.leases === 1 ? "lease" : "leases"}.
          </>
        )}{" "}
        Attestation ends <When at={asset.attestedUntil} />.
      </p>
      {asset.listing ? (
        <div className="flex flex-wrap items-end gap-3">
          <p className="mr-auto">
            <span className="text-base font-semibold">
              <Usd amount={asset.listing.pricePerSecond * 3600n} per="h" />
            </span>
            <span className="block text-xs text-muted">
              <Usd amount={asset.listing.pricePerSecond} per="s" />, jobs of {duration(asset.listing.minSeconds)} to{" "}
              {duration(asset.listing.maxSeconds)}, listing ends <When at={asset.listing.endsAt} />
            </span>
          </p>
          {price === undefined ? (
            <>
              <Button
                onClick={() => setPrice(formatUsd((asset.listing?.pricePerSecond ?? 0n) * 3600n))}
                disabled={transaction.busy}
              >
                Change price
              </Button>
              <Button onClick={unlist} disabled={transaction.busy}>
                Take off the market
              </Button>
            </>
          ) : (
            <>
              <div className="w-40">
                <Field label="New price, USD / h" error={priceError}>
                  <input
                    className={inputClass}
                    inputMode="decimal"
                    value={price}
                    onChange={(event) => setPrice(event.target.value)}
                  />
                </Field>
              </div>
              <Button onClick={reprice} disabled={transaction.busy}>
                Publish price
              </Button>
              <Button look="quiet" onClick={() => setPrice(undefined)}>
                Cancel
              </Button>
            </>
          )}
        </div>
      ) : (
        <ListingForm
          lead={lead}
          busy={transaction.busy}
          onSubmit={list}
          signatures="Your wallet will ask for one transaction: it publishes the price. It costs gas only."
        />
      )}
      <TransactionState step={transaction.step} failure={transaction.failure} />
    </li>
  );
}
