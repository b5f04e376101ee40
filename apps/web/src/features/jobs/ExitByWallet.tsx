"use client";
import type { Address } from "viem";
import { useBalance, useConnection } from "wagmi";
import { shortHash } from "../../lib/shortHash.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { TransactionState } from "../transactions/TransactionState.tsx";
import { type Call, useTransaction } from "../transactions/useTransaction.ts";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";
import { useMounted } from "../ui/useMounted.ts";
import { ConnectButton } from "../wallet/ConnectButton.tsx";
import { useOnWrongChain, WrongChain } from "../wallet/WrongChain.tsx";

/** The buyer's way out without any scheduler: one transaction of a wallet, straight to the contract. */
export function ExitByWallet({
  call,
  back,
  refundTo,
  by,
  onDone,
}: {
  call: Call;
  /** USD. */
  back: string;
  /** Where the contract sends it, whoever calls. */
  refundTo: Address;
  /** Whose call the contract takes now. */
  by: "anybody" | "buyer";
  onDone: () => void;
}) {
  const { market } = useMarket();
  const { address } = useConnection();
  const mounted = useMounted();
  const wrongChain = useOnWrongChain();
  const gas = useBalance({
    address,
    chainId: market.chainId,
    query: { enabled: address !== undefined, refetchInterval: 4_000 },
  });
  const transaction = useTransaction();
  if (!mounted || address === undefined) {
    return (
      <>
        <p className="text-muted">
          The scheduler does not answer, and it is not needed: {by === "buyer" ? "your" : "any"} wallet, with a little
          of this network's own coin for gas, can do it. The money can only go to {shortHash(refundTo)}.
        </p>
        <ConnectButton look="primary" />
      </>
    );
  }
  const exit = async () => {
    await transaction.run(
      async (send) => {
        await send(address, call);
      },
      `${back} USD sent back to ${shortHash(refundTo)}`,
    );
    onDone();
  };
  const noGas = gas.data?.value === 0n;
  return (
    <>
      <WrongChain />
      <div className="rounded-md bg-sunken p-3 text-[13px] leading-5">
        <p className="font-medium">The scheduler does not answer, and it is not needed.</p>
        <p className="mt-1">
          Your wallet will ask for one transaction: it sends {back} USD to {shortHash(refundTo)}, and nowhere else. It
          costs gas, paid in this network's own coin, and nothing more.
        </p>
      </div>
      {noGas && (
        <Notice tone="waiting" title="This wallet has none of the network's own coin, so it cannot pay the gas.">
          {by === "anybody"
            ? `Send it a little, or connect any other wallet that has some: whoever sends it, the money goes to ${shortHash(refundTo)}.`
            : "Send it a little."}{" "}
          Nothing is lost meanwhile.
        </Notice>
      )}
      <Button
        look="primary"
        data-testid="settle"
        disabled={transaction.busy || wrongChain || noGas || gas.data === undefined}
        onClick={exit}
      >
        Get my money back
      </Button>
      <TransactionState step={transaction.step} failure={transaction.failure} />
    </>
  );
}
