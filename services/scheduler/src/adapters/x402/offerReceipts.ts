import type { PaymentRequirements, SettleResponse } from "@x402/core/types";
import {
  createEIP712OfferReceiptIssuer,
  createOfferReceiptExtension,
  OFFER_RECEIPT,
} from "@x402/extensions/offer-receipt";
import type { Account, Chain, Hex, Transport, WalletClient } from "viem";

/** x402's offer-receipt: each 402's terms and each settled payment, signed by the scheduler for others to check. */
export function offerReceipts(walletClient: WalletClient<Transport, Chain, Account>, resourceUrl: string) {
  const { account, chain } = walletClient;
  const kid = `did:pkh:eip155:${chain.id}:${account.address}#key-1`;
  const issuer = createEIP712OfferReceiptIssuer(kid, (data) => walletClient.signTypedData(data) as Promise<Hex>);
  const extension = createOfferReceiptExtension(issuer);
  return {
    /** For the 402: one signed offer for what is asked. */
    async offer(requirements: PaymentRequirements): Promise<Record<string, unknown>> {
      const info = await extension.enrichPaymentRequiredResponse?.(undefined, {
        requirements: [requirements],
        resourceInfo: { url: resourceUrl },
        paymentRequiredResponse: { resource: { url: resourceUrl } },
      } as never);
      return info === undefined ? {} : { [OFFER_RECEIPT]: info };
    },
    /** The settlement with its signed receipt. */
    async withReceipt(settlement: SettleResponse): Promise<SettleResponse> {
      const { success, payer, network, transaction, extensions } = settlement;
      if (!success || payer === undefined) return settlement;
      const receipt = await issuer.issueReceipt(resourceUrl, payer, network, transaction || undefined);
      return { ...settlement, extensions: { ...extensions, [OFFER_RECEIPT]: { info: { receipt } } } };
    },
  };
}
