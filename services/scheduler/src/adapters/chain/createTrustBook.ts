import { assetAbi } from "@gristmill/shared/abi/asset";
import { attestationsAbi } from "@gristmill/shared/abi/attestations";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { registryAbi } from "@gristmill/shared/abi/registry";
import { reputationAbi } from "@gristmill/shared/abi/reputation";
import { type Address, isAddressEqual, type PublicClient, zeroAddress } from "viem";
import type { AssetTrust, ProviderTrust, TrustBook } from "../../application/trustBook.ts";
import type { MarketContracts } from "./marketContracts.ts";

/** Reads at once: a public endpoint counts requests. */
const AT_ONCE = 32;

/** Reads stake, reputation and attestation from the contracts that the market itself asks when a lease is assigned. */
export async function createTrustBook(publicClient: PublicClient, contracts: MarketContracts): Promise<TrustBook> {
  const { market, asset, registry } = contracts;
  const [reputation, attestations] = await Promise.all([
    publicClient.readContract({ address: market, abi: marketplaceAbi, functionName: "reputation" }),
    publicClient.readContract({ address: asset, abi: assetAbi, functionName: "attestations" }),
  ]);
  const assets = new Map<string, AssetTrust>();
  const providers = new Map<Address, ProviderTrust>();

  const readAsset = async (assetId: string): Promise<AssetTrust> => {
    const args = [BigInt(assetId)] as const;
    const standing = await publicClient.readContract({
      address: asset,
      abi: assetAbi,
      functionName: "standingOf",
      args,
    });
    let measured: AssetTrust["measured"] = null;
    if (standing.level > 0 && !isAddressEqual(attestations, zeroAddress)) {
      const abi = attestationsAbi;
      const score = await publicClient.readContract({ address: attestations, abi, functionName: "scoreOf", args });
      const { fp32Gflops, networkMbps } = score.measures;
      measured = { fp32Gflops: Number(fp32Gflops), networkMbps };
    }
    return {
      level: standing.level,
      measuredAt: Number(standing.measuredAt),
      expiresAt: Number(standing.expiresAt),
      units: standing.units,
      measured,
    };
  };

  const readProvider = async (provider: Address): Promise<ProviderTrust> => {
    const args = [provider] as const;
    const [[free, locked], score] = await Promise.all([
      publicClient.readContract({ address: registry, abi: registryAbi, functionName: "stakeOf", args }),
      publicClient.readContract({ address: reputation, abi: reputationAbi, functionName: "scoreOf", args }),
    ]);
    return { stake: free + locked, reputation: score };
  };

  return {
    asset: (assetId) => assets.get(assetId),
    provider: (provider) => providers.get(provider),
    async refresh(assetIds, accounts) {
      await inTurns(assetIds, async (assetId) => keep(assets, assetId, await readAsset(assetId)));
      await inTurns(accounts, async (account) => keep(providers, account, await readProvider(account)));
    },
  };
}

function keep<Key, Value extends object>(map: Map<Key, Value>, key: Key, value: Value): void {
  const known = map.get(key);
  if (known === undefined || !same(known, value)) map.set(key, value);
}

function same(left: object, right: object): boolean {
  const text = (value: object) =>
    JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? each.toString() : each));
  return text(left) === text(right);
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += AT_ONCE) {
    await Promise.all(items.slice(start, start + AT_ONCE).map(work));
  }
}
