import { x402Facilitator } from "@x402/core/facilitator";
import { toFacilitatorEvmSigner } from "@x402/evm";
import { ExactEvmScheme } from "@x402/evm/exact/facilitator";
import type { Account, Chain, PublicClient, Transport, VerifyTypedDataParameters, WalletClient } from "viem";

/** The SDK waits twice: both together stay well below what clients wait for an answer. */
const CONFIRMATION_TIMEOUT_MS = 20_000;

export interface FacilitatorConfig {
  /** CAIP-2. */
  network: `eip155:${number}`;
  publicClient: PublicClient;
  /** The scheduler's account; its `nonceManager` is shared with everything else that sends from this process. */
  walletClient: WalletClient<Transport, Chain, Account>;
  /** How long to wait for a payment's receipt before it counts as pending. */
  confirmationTimeoutMs?: number | undefined;
}

/** The official x402 facilitator for the `exact` scheme, in this process. */
export function buildFacilitator(config: FacilitatorConfig): x402Facilitator {
  const { network, publicClient, walletClient, confirmationTimeoutMs = CONFIRMATION_TIMEOUT_MS } = config;
  const signer = toFacilitatorEvmSigner(
    {
      address: walletClient.account.address,
      readContract: (args) => publicClient.readContract({ ...args, args: args.args ?? [] }),
      verifyTypedData: (args) => publicClient.verifyTypedData(args as VerifyTypedDataParameters),
      writeContract: (args) => walletClient.writeContract(args),
      sendTransaction: (args) => walletClient.sendTransaction(args),
      waitForTransactionReceipt: (args) => publicClient.waitForTransactionReceipt(args),
      getCode: (args) => publicClient.getCode(args),
    },
    { confirmationTimeoutMs },
  );
  return new x402Facilitator().register(network, new ExactEvmScheme(signer));
}
