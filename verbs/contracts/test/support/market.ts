import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { registryDomain, registryTypes } from "@gristmill/shared/chain/registryTypedData";
import { jobIdOf, type Terms, termsForChain } from "@gristmill/shared/job/terms";
import { type Hex, keccak256, stringToHex, toHex, zeroAddress, zeroHash } from "viem";
import { accounts, type TestAccount } from "./accounts.ts";
import { createChain } from "./chain.ts";
import type { JobView, LeaseView } from "./views.ts";

export const CHAIN_ID = 31337;
export const PRICE = 1000n;
export const FEE_BPS = 250;
export const CAP = 1_000_000n;
export const GPU_CLASS = keccak256(stringToHex("nvidia-h200"));
export const GIB = 1_073_741_824n;
const HOUR = 3600;

/** Requirements that every asset meets. */
export const ANY: Terms["requirements"] = {
  gpuClass: zeroHash,
  gpuCount: 0,
  minMemoryBytes: 0n,
  region: "0x0000",
  minAttestationLevel: 0,
  maxAttestationAge: 0,
  minStake: 0n,
  minReputation: 0n,
};

/** The proof that `AcceptingVerifier` takes. */
export const DUMMY_PROOF = {
  a: [1n, 2n],
  b: [
    [1n, 2n],
    [3n, 4n],
  ],
  c: [1n, 2n],
} as const;

export interface Receipt {
  leaseId: Hex;
  sequence: number;
  from: number;
  to: number;
  head: bigint;
  output: Hex;
  last: boolean;
}

export const STATE = { none: 0, assigned: 1, started: 2, ended: 3, closed: 4 } as const;
export const REASON = {
  none: 0,
  completed: 1,
  failed: 2,
  stoppedByBuyer: 3,
  neverStarted: 4,
  nodeLost: 5,
  expired: 6,
  evicted: 7,
} as const;

/** `IMarketTypes.Requirement`. */
export const REQUIREMENT = {
  token: 0,
  gpuClass: 1,
  gpuCount: 2,
  memoryBytes: 3,
  region: 4,
  attestationLevel: 5,
  attestationAge: 6,
  stake: 7,
  reputation: 8,
} as const;

export const feeOf = (amount: bigint, feeBps = FEE_BPS) => (amount * BigInt(feeBps)) / 10_000n;
export const withFee = (amount: bigint, feeBps = FEE_BPS) => amount + feeOf(amount, feeBps);

/**
 * A chain with a paired node. `verifier: "accepting"` replaces the generated verifier's code by one that says yes, for
 * tests of everything around a proof; the default is the real one.
 */
export async function createMarket(options: { verifier?: "real" | "accepting" } = {}) {
  const chain = await createChain();
  const { at, send, read, now } = chain;
  if (options.verifier !== "real")
    for (const verifier of ["groth16Verifier", "rollup26Verifier", "rollup52Verifier"] as const)
      await chain.replaceCode(at[verifier], "AcceptingVerifier");
  let salt = 0;

  async function pair(provider: TestAccount, node: TestAccount, value = 0n) {
    const deadline = BigInt((await now()) + HOUR);
    const signature = await node.signTypedData({
      domain: registryDomain(CHAIN_ID, at.registry),
      types: registryTypes,
      primaryType: "Pairing",
      message: { provider: provider.address, node: node.address, deadline },
    });
    return send(provider, "registry", "addNode", [node.address, deadline, signature], { value });
  }
  await pair(accounts.provider, accounts.node);

  async function terms(overrides: Partial<Terms> = {}): Promise<Terms> {
    const leaseEnd = (await now()) + 24 * HOUR;
    salt += 1;
    return {
      buyer: accounts.buyer.address,
      refundTo: accounts.refundTo.address,
      salt: toHex(salt, { size: 32 }),
      token: at.token,
      cap: CAP,
      pricePerSecondCap: PRICE,
      workload: keccak256(stringToHex("workload")),
      requirements: ANY,
      scheduler: accounts.scheduler.address,
      notary: accounts.notary.address,
      maxLeases: 3,
      feeBps: FEE_BPS,
      feeRecipient: accounts.feeRecipient.address,
      leaseEnd,
      captureDeadline: leaseEnd + HOUR,
      claimDeadline: leaseEnd + 2 * HOUR,
      reclaimAt: leaseEnd + 3 * HOUR,
      ...overrides,
    };
  }

  const jobId = (of: Terms) => jobIdOf(of, at.escrow, CHAIN_ID);
  const vault = (of: Terms) => read<Hex>("escrow", "vaultOf", [jobId(of)]);

  /** Pays into the vault as a stock x402 client does (a plain transfer's effect), without sweeping. */
  async function payVault(of: Terms, amount = of.cap) {
    await send(accounts.stranger, "token", "mint", [await vault(of), amount]);
  }

  async function fund(of: Terms, amount = of.cap) {
    await payVault(of, amount);
    return send(accounts.stranger, "escrow", "sweep", [termsForChain(of)]);
  }

  async function funded(overrides: Partial<Terms> = {}): Promise<Terms> {
    const made = await terms(overrides);
    await fund(made);
    return made;
  }

  async function mintAsset(
    overrides: Record<string, unknown> = {},
    provider: TestAccount = accounts.provider,
  ): Promise<bigint> {
    const sent = await send(provider, "asset", "mint", [
      {
        node: accounts.node.address,
        manifest: keccak256(stringToHex("manifest")),
        gpuClass: GPU_CLASS,
        gpuCount: 1,
        memoryBytes: 141n * GIB,
        region: toHex("DE"),
        attestedUntil: BigInt((await now()) + 60 * 24 * HOUR),
        ...overrides,
      },
    ]);
    return sent.events.find((event) => event.eventName === "AssetMinted")?.args.assetId as bigint;
  }

  async function list(
    assetId: bigint,
    overrides: { token?: Hex; price?: bigint; minSeconds?: number; maxSeconds?: number; endsAt?: number } = {},
  ) {
    const endsAt = BigInt(overrides.endsAt ?? (await now()) + 48 * HOUR);
    const { token = at.token, price = PRICE, minSeconds = 1, maxSeconds = 3600 } = overrides;
    return send(accounts.provider, "market", "list", [assetId, token, price, minSeconds, maxSeconds, endsAt]);
  }

  async function listedAsset(overrides: Record<string, unknown> = {}): Promise<bigint> {
    const assetId = await mintAsset(overrides);
    await list(assetId);
    return assetId;
  }

  async function assign(
    of: Terms,
    assetId: bigint,
    seconds = 600,
    options: { version?: number; by?: TestAccount } = {},
  ) {
    const sent = await send(options.by ?? accounts.scheduler, "market", "assign", [
      termsForChain(of),
      assetId,
      options.version ?? 1,
      seconds,
    ]);
    return { ...sent, leaseId: sent.events.find((event) => event.eventName === "LeaseAssigned")?.args.leaseId as Hex };
  }

  const lease = (leaseId: Hex) => read<LeaseView>("market", "leaseOf", [leaseId]);
  const job = (of: Terms) => read<JobView>("escrow", "jobOf", [jobId(of)]);
  const start = (leaseId: Hex, by: TestAccount = accounts.node) => send(by, "market", "start", [leaseId]);
  const end = (of: Terms, leaseId: Hex, reason: number, by: TestAccount = accounts.node) =>
    send(by, "market", "end", [termsForChain(of), leaseId, reason]);

  /** A funded job with one started lease on an asset of its own. */
  async function running(options: { terms?: Partial<Terms>; seconds?: number } = {}) {
    const made = await funded(options.terms);
    const assetId = await listedAsset();
    const { leaseId } = await assign(made, assetId, options.seconds);
    await start(leaseId);
    const startedAt = Number((await lease(leaseId)).startedAt);
    return { terms: made, assetId, leaseId, startedAt };
  }

  const signReceipt = (receipt: Receipt, node: TestAccount = accounts.node, chainId = CHAIN_ID) =>
    node.signTypedData({
      domain: marketDomain(chainId, at.market),
      types: marketTypes,
      primaryType: "Receipt",
      message: receipt,
    });
  const signTick = ({ leaseId, sequence, from, to, head }: Receipt, notary: TestAccount = accounts.notary) =>
    notary.signTypedData({
      domain: marketDomain(CHAIN_ID, at.market),
      types: marketTypes,
      primaryType: "Tick",
      message: { leaseId, sequence, from, to, head },
    });

  const receiptOf = (leaseId: Hex, overrides: Partial<Receipt> = {}): Receipt => ({
    leaseId,
    sequence: 0,
    from: 0,
    to: 60,
    head: 7n,
    output: zeroHash,
    last: false,
    ...overrides,
  });

  /** Captures with valid signatures of node and notary; anybody sends. */
  async function capture(of: Terms, receipt: Receipt, proof: unknown = DUMMY_PROOF) {
    const signatures = [await signReceipt(receipt), await signTick(receipt)];
    return send(accounts.stranger, "market", "capture", [termsForChain(of), receipt, ...signatures, proof]);
  }

  const signAcceptance = (of: Terms, spent: bigint, buyer: TestAccount = accounts.buyer) =>
    buyer.signTypedData({
      domain: marketDomain(CHAIN_ID, at.market),
      types: marketTypes,
      primaryType: "Acceptance",
      message: { jobId: jobId(of), spent },
    });

  async function accept(of: Terms, spent: bigint) {
    return send(accounts.stranger, "market", "accept", [termsForChain(of), spent, await signAcceptance(of, spent)]);
  }

  return {
    ...chain,
    pair,
    terms,
    jobId,
    vault,
    payVault,
    fund,
    funded,
    mintAsset,
    list,
    listedAsset,
    assign,
    lease,
    job,
    start,
    end,
    running,
    signReceipt,
    signTick,
    receiptOf,
    capture,
    signAcceptance,
    accept,
    settle: (of: Terms) => send(accounts.stranger, "market", "settle", [termsForChain(of)]),
    release: (of: Terms, payee: string = accounts.provider.address) =>
      send(accounts.stranger, "escrow", "release", [termsForChain(of), payee]),
    tokens: (account: string) => read<bigint>("token", "balanceOf", [account]),
    credit: (account: string) => read<bigint>("escrow", "balanceOf", [account, at.token]),
    nobody: zeroAddress,
  };
}
export type TestMarket = Awaited<ReturnType<typeof createMarket>>;
