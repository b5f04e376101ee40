import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import type { Address } from "viem";
import { useReadContract } from "wagmi";
import { useMarket } from "../shell/marketContext.tsx";

/** What an account holds of the payment token, atomic units; undefined while unknown. */
export function useTokenBalance(account: Address | undefined) {
  const { market } = useMarket();
  return useReadContract({
    address: market.paymentToken.address,
    abi: testDollarAbi,
    functionName: "balanceOf",
    chainId: market.chainId,
    ...(account ? { args: [account] } : {}),
    query: { enabled: account !== undefined, refetchInterval: 10_000 },
  });
}
