"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useConfig, useConnection } from "wagmi";
import { signMessage } from "wagmi/actions";
import { describeError } from "../../lib/describeError.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { Button } from "../ui/Button.tsx";
import { useMounted } from "../ui/useMounted.ts";
import { ConnectButton } from "../wallet/ConnectButton.tsx";
import { signIn } from "./signIn.ts";

/** Announces the signature that opens what is private, then asks for it. */
export function SignInPanel({ what }: { what: string }) {
  const { market, scheduler } = useMarket();
  const config = useConfig();
  const { address } = useConnection();
  const queries = useQueryClient();
  const mounted = useMounted();
  const [state, setState] = useState<{ busy?: boolean; failed?: string }>({});

  if (!mounted || !address) {
    return (
      <div className="flex flex-col items-start gap-3">
        <p className="text-muted">Connect the wallet that paid, to see {what}.</p>
        <ConnectButton look="primary" />
      </div>
    );
  }
  const start = async () => {
    setState({ busy: true });
    try {
      await signIn({
        scheduler,
        address,
        chainId: market.chainId,
        origin: window.location.origin,
        signMessage: (message) => signMessage(config, { account: address, message }),
      });
      await queries.invalidateQueries();
      setState({});
    } catch (error) {
      setState({ failed: describeError(error) });
    }
  };
  return (
    <div className="flex flex-col items-start gap-3">
      <p className="max-w-prose text-muted">
        To see {what}, your wallet will ask for one signature. It proves that the wallet is yours, costs nothing and
        allows nothing else. This browser remembers it for a week.
      </p>
      <Button look="primary" data-testid="sign-in" onClick={start} disabled={state.busy}>
        {state.busy ? "Waiting for your signature" : "Sign in"}
      </Button>
      {state.failed && (
        <p role="alert" className="text-failed">
          {state.failed}
        </p>
      )}
    </div>
  );
}
