import { assetAbi } from "@gristmill/shared/abi/asset";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { registryAbi } from "@gristmill/shared/abi/registry";
import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { registryDomain, registryTypes } from "@gristmill/shared/chain/registryTypedData";
import {
  type NodeMessage,
  type SchedulerMessage,
  schedulerMessageSchema,
} from "@gristmill/shared/heartbeat/nodeMessages";
import { type NodeSession, newSessionKeyPair, nodeSession } from "@gristmill/shared/heartbeat/nodeSession";
import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import { type Manifest, manifestHash } from "@gristmill/shared/manifest/manifest";
import { nextHead, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import { type Hex, type LocalAccount, parseEther, toHex, zeroHash } from "viem";
import { WebSocket } from "ws";
import { signedHello } from "./signedHello.ts";
import type { TestChain } from "./testChain.ts";

export function manifestOf(node: `0x${string}`, name: string): Manifest {
  return {
    version: 1,
    name,
    node,
    region: "DE",
    gpus: [
      {
        uuid: `gpu-${name}`,
        gpuClass: "simulated-h200",
        model: "simulated",
        vramMiB: 1024,
        driver: null,
        simulated: true,
      },
    ],
    cpuModel: "test",
    cpuCores: 4,
    memoryMiB: 4096,
    diskMiB: 10_000,
    executor: "docker",
    benchmark: { fp32MilliGflops: 1, memoryMiBPerSecond: 1, diskMiBPerSecond: 1, device: "cpu", measuredAt: 1 },
  };
}

/** Puts a node's asset on the market as its provider would. Returns the asset's id. */
export async function bringToMarket(
  chain: TestChain,
  provider: LocalAccount,
  node: LocalAccount,
  name: string,
  pricePerSecond: bigint,
): Promise<bigint> {
  const { contracts, chainId } = chain.deployment;
  const wallet = chain.walletOf(provider);
  const now = (await chain.publicClient.getBlock()).timestamp;
  const deadline = now + 3600n;
  const signature = await node.signTypedData({
    domain: registryDomain(chainId, contracts.registry),
    types: registryTypes,
    primaryType: "Pairing",
    message: { provider: provider.address, node: node.address, deadline },
  });
  const mined = async (hash: Hex) => chain.publicClient.waitForTransactionReceipt({ hash });
  await mined(
    await wallet.writeContract({
      address: contracts.registry,
      abi: registryAbi,
      functionName: "addNode",
      args: [node.address, deadline, signature],
      value: parseEther("1"),
    }),
  );
  const capability = {
    node: node.address,
    manifest: manifestHash(manifestOf(node.address, name)),
    gpuClass: zeroHash,
    gpuCount: 1,
    memoryBytes: 1024n * 1_048_576n,
    region: toHex("DE"),
    attestedUntil: now + 30n * 86_400n,
  };
  const { request, result: assetId } = await chain.publicClient.simulateContract({
    account: provider,
    address: contracts.asset,
    abi: assetAbi,
    functionName: "mint",
    args: [capability],
  });
  await mined(await wallet.writeContract(request));
  await mined(
    await wallet.writeContract({
      address: contracts.market,
      abi: marketplaceAbi,
      functionName: "list",
      args: [assetId, contracts.token, pricePerSecond, 1, 3600, now + 20n * 86_400n],
    }),
  );
  return assetId;
}

const BEAT_MS = 300;

/** A node that speaks the protocol and the chain, and runs nothing. */
export class TestNode {
  readonly received: SchedulerMessage[] = [];
  readonly #chain: TestChain;
  readonly #account: LocalAccount;
  readonly #provider: LocalAccount;
  readonly #name: string;
  #socket: WebSocket | undefined;
  session: NodeSession | undefined;
  #beating: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];

  constructor(chain: TestChain, account: LocalAccount, provider: LocalAccount, name: string) {
    this.#chain = chain;
    this.#account = account;
    this.#provider = provider;
    this.#name = name;
  }

  /** Connects and says hello; `signer` other than the node's account makes a hello that must be refused. */
  async connect(schedulerUrl: string, options: { signer?: LocalAccount; welcome?: boolean } = {}): Promise<void> {
    const { contracts, chainId } = this.#chain.deployment;
    const socket = new WebSocket(`${schedulerUrl.replace("http", "ws")}/v1/nodes/connect`);
    this.#socket = socket;
    this.session = undefined;
    let session: NodeSession | undefined;
    socket.on("message", (data: Buffer, isBinary) => {
      const text = isBinary ? session?.open(data) : data;
      this.received.push(schedulerMessageSchema.parse(JSON.parse(String(text))));
      for (const wake of this.#waiting.splice(0)) wake();
    });
    socket.on("close", () => {
      for (const wake of this.#waiting.splice(0)) wake();
    });
    socket.on("error", () => undefined);
    const { nonce, scheduler, schedulerKey } = await this.next("challenge");
    const keys = newSessionKeyPair();
    this.send(
      await signedHello({
        account: this.#account,
        provider: this.#provider.address,
        manifest: manifestOf(this.#account.address, this.#name),
        nodeKey: keys.publicKey,
        challenge: { nonce, schedulerKey },
        place: { chainId, market: contracts.market, registry: contracts.registry, scheduler },
        ...(options.signer === undefined ? {} : { signer: options.signer }),
      }),
    );
    session = nodeSession("node", keys, { publicKey: schedulerKey, nonce });
    this.session = session;
    if (options.welcome ?? true) await this.next("welcome");
    clearInterval(this.#beating);
    this.#beating = setInterval(() => this.beat(), BEAT_MS);
    socket.on("close", () => clearInterval(this.#beating));
  }

  send(message: NodeMessage): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    this.sendFrame(this.session === undefined ? text : this.session.seal(text));
  }

  /** Sends these bytes as they are. */
  sendFrame(frame: Buffer | string): void {
    // A socket that is closing takes nothing more, and need not.
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  beat(): void {
    this.send({ type: "heartbeat", leases: [], draining: false });
  }

  /** Reads nothing more of what the scheduler sends. */
  stopReading(): void {
    this.#socket?.pause();
  }

  get closed(): boolean {
    return this.#socket === undefined || this.#socket.readyState >= WebSocket.CLOSING;
  }

  /** Takes the next message of a type out of those received, waiting for it. */
  async next<Type extends SchedulerMessage["type"]>(type: Type): Promise<Extract<SchedulerMessage, { type: Type }>> {
    for (;;) {
      const index = this.received.findIndex((message) => message.type === type);
      const [found] = index < 0 ? [] : this.received.splice(index, 1);
      if (found !== undefined) return found as Extract<SchedulerMessage, { type: Type }>;
      if (this.closed) throw new Error(`closed while waiting for ${type}; received ${JSON.stringify(this.received)}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  disconnect(): void {
    clearInterval(this.#beating);
    this.#socket?.terminate();
  }

  async start(leaseId: Hex): Promise<void> {
    const { contracts } = this.#chain.deployment;
    const hash = await this.#chain.walletOf(this.#account).writeContract({
      address: contracts.market,
      abi: marketplaceAbi,
      functionName: "start",
      args: [leaseId],
    });
    await this.#chain.publicClient.waitForTransactionReceipt({ hash });
  }

  /** Gives up what it has not captured of a lease that others ended, as a node does that has nothing signed. */
  async waive(terms: Terms, leaseId: Hex): Promise<void> {
    const { contracts } = this.#chain.deployment;
    const hash = await this.#chain.walletOf(this.#account).writeContract({
      address: contracts.market,
      abi: marketplaceAbi,
      functionName: "waive",
      args: [termsForChain(terms), leaseId],
    });
    await this.#chain.publicClient.waitForTransactionReceipt({ hash });
  }

  /** One tick at `to` seconds, countersigned, then the last receipt of the lease is captured. Returns the transaction. */
  async captureAll(terms: Terms, leaseId: Hex, to: number, output: Hex): Promise<Hex> {
    const { contracts, chainId } = this.#chain.deployment;
    const origin = tickOrigin({
      chainId,
      market: contracts.market,
      leaseId,
      payee: this.#provider.address,
      sequence: 0,
    });
    const head = nextHead(origin, to, 7n);
    this.send({
      type: "tick",
      leaseId: leaseId as never,
      sequence: 0,
      from: 0,
      to,
      sample: "7",
      head: head.toString(),
    });
    const { signature: notarySignature } = await this.next("countersigned");
    const receipt = { leaseId, sequence: 0, from: 0, to, head, output, last: true };
    const nodeSignature = await this.#account.signTypedData({
      domain: marketDomain(chainId, contracts.market),
      types: { Receipt: marketTypes.Receipt },
      primaryType: "Receipt",
      message: receipt,
    });
    const proof = {
      a: [1n, 2n],
      b: [
        [1n, 2n],
        [3n, 4n],
      ],
      c: [1n, 2n],
    } as const;
    const hash = await this.#chain.walletOf(this.#account).writeContract({
      address: contracts.market,
      abi: marketplaceAbi,
      functionName: "capture",
      args: [termsForChain(terms), receipt, nodeSignature, notarySignature, proof],
    });
    await this.#chain.publicClient.waitForTransactionReceipt({ hash });
    this.send({
      type: "receipt",
      leaseId: leaseId as never,
      sequence: 0,
      from: 0,
      to,
      head: head.toString(),
      output,
      last: true,
      nodeSignature,
      notarySignature,
      proof: {
        a: ["1", "2"],
        b: [
          ["1", "2"],
          ["3", "4"],
        ],
        c: ["1", "2"],
      },
      proveMs: 1234,
      txHash: hash,
    });
    return hash;
  }
}
