import { assetAbi } from "@gristmill/shared/abi/asset";
import type { QuoteRequest } from "@gristmill/shared/api/quote";
import type { Template } from "@gristmill/shared/api/views";
import { type Reader, sealedWorkload } from "@gristmill/shared/inference/sealedWorkload";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Address } from "viem";
import { useConfig } from "wagmi";
import { readContract } from "wagmi/actions";
import { useMarket } from "../shell/marketContext.tsx";

/** How long the pen must rest before the drawing is sealed and stored. */
const restMs = 700;

/** A template that asks a model. */
export type AskTemplate = Template & { inference: NonNullable<Template["inference"]> };

/** The order of an answer: the drawing sealed for the readers, each of whose keys the chain vouches for, and stored. */
export function useSealedOrder(options: {
  template: AskTemplate;
  values: Uint8Array;
  readers: readonly Reader[];
  buyer: Address;
  frozen: boolean;
}) {
  const { template, values, readers, buyer, frozen } = options;
  const { market, scheduler } = useMarket();
  const config = useConfig();
  const isBlank = values.every((level) => level === 0);
  const text = isBlank || readers.length === 0 ? "" : Array.from(values, (level) => level.toString(16)).join("");
  const [rested, setRested] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), restMs);
    return () => clearTimeout(timer);
  }, [text]);

  const sealed = useQuery({
    queryKey: ["sealed", scheduler.baseUrl, template.id, rested, readers.map(({ node }) => node).join()],
    queryFn: async () => {
      for (const { assetId, name, manifestHash } of readers) {
        const commit = await readContract(config, {
          address: market.contracts.asset,
          abi: assetAbi,
          functionName: "commitByTokenId",
          chainId: market.chainId,
          args: [BigInt(assetId)],
        });
        if (commit !== manifestHash) throw new Error(`The key of ${name} is not the one that the chain commits to.`);
      }
      const made = await sealedWorkload({
        template,
        values,
        readers,
        chainId: market.chainId,
        market: market.contracts.market,
      });
      const stored = await scheduler.upload(made.bytes);
      if (stored.sha256 !== made.workload.inputs[0]?.sha256) throw new Error("The scheduler stored something else.");
      return { workload: made.workload, salt: made.salt, values };
    },
    enabled: rested !== "" && rested === text && !frozen,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  });
  const current = sealed.data !== undefined && rested === text && text !== "";
  const request: QuoteRequest | undefined = current
    ? { buyer, workload: sealed.data.workload, requirements: { gpuCount: 0, minVramMiB: 0 } }
    : undefined;
  return { isBlank, request, question: current ? sealed.data : undefined, error: sealed.error };
}
