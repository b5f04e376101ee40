import {
  type Abi,
  type ContractEventName,
  type ContractFunctionArgs,
  type ContractFunctionName,
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hash,
  http,
  type LocalAccount,
  nonceManager,
  type PublicClient,
  parseEventLogs,
  type ReadContractParameters,
  type TransactionReceipt,
  type WriteContractParameters,
} from "viem";
import { ServiceError } from "../services/serviceError.ts";

/** A chain as seen by one account: reads, and writes that are mined when they return. */
export function chainClient(rpcUrl: string, chainId: number, account: LocalAccount) {
  const chain = defineChain({
    id: chainId,
    name: `eip155:${chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const publicClient: PublicClient = createPublicClient({ chain, transport: http(rpcUrl), pollingInterval: 100 });
  const wallet = createWalletClient({ chain, transport: http(rpcUrl), account: { ...account, nonceManager } });

  async function mined(hash: Hash): Promise<TransactionReceipt> {
    const receipt = await publicClient.waitForTransactionReceipt({ hash, timeout: 60_000 });
    if (receipt.status !== "success")
      throw new ServiceError("chain", `transaction ${hash} reverted`, "Nothing moved by it.");
    return receipt;
  }

  return {
    account,
    publicClient,
    wallet,
    mined,
    /** Unix seconds of the newest block. */
    time: async () => (await publicClient.getBlock()).timestamp,
    read: <
      const abi extends Abi,
      name extends ContractFunctionName<abi, "pure" | "view">,
      const args extends ContractFunctionArgs<abi, "pure" | "view", name>,
    >(
      call: ReadContractParameters<abi, name, args>,
    ) => publicClient.readContract(call),
    /** Simulates, sends and waits. @returns hash of the mined transaction */
    write: async <
      const abi extends Abi,
      name extends ContractFunctionName<abi, "nonpayable" | "payable">,
      const args extends ContractFunctionArgs<abi, "nonpayable" | "payable", name>,
    >(
      call: Omit<WriteContractParameters<abi, name, args>, "chain" | "account">,
    ): Promise<Hash> => {
      const { request } = await publicClient.simulateContract({ ...call, account: wallet.account } as never);
      const hash = await wallet.writeContract(request as never);
      await mined(hash);
      return hash;
    },
    events: async <const abi extends Abi, name extends ContractEventName<abi>>(query: {
      abi: abi;
      eventName: name;
      txHash: Hash;
    }) => {
      const { logs } = await mined(query.txHash);
      return parseEventLogs<abi, true, name>({ abi: query.abi, eventName: query.eventName, logs });
    },
  };
}
export type ChainClient = ReturnType<typeof chainClient>;
