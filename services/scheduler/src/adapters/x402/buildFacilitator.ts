import { x402Facilitator } from "@x402/core/facilitator";
import { toFacilitatorEvmSigner } from "@x402/evm";
import { ExactEvmScheme } from "@x402/evm/exact/facilitator";
import type { Account, Chain, PublicClient, Transport, VerifyTypedDataParameters, WalletClient } from "viem";

/** Time to wait for a payment's receipt before the answer is "pending", well below the HTTP request's own limit. */
const CONFIRMATION_TIMEOUT_MS = 60_000;

export interface FacilitatorConfig {
  /** CAIP-2. */
  network: `eip155:${number}`;
  publicClient: PublicClient;
  /** The scheduler's account; its `nonceManager` is shared with everything else that sends from this process. */
  walletClient: WalletClient<Transport, Chain, Account>;
}

/** The official x402 facilitator for the `exact` scheme, in this process. */
export function buildFacilitator({ network, publicClient, walletClient }: FacilitatorConfig): x402Facilitator {
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
    { confirmationTimeoutMs: CONFIRMATION_TIMEOUT_MS },
  );
  return new x402Facilitator().register(network, new ExactEvmScheme(signer));
}
