"use client";
import { useState } from "react";
import { type Connector, useConnect, useConnectors } from "wagmi";
import { describeError } from "../../lib/describeError.ts";
import { Modal } from "../ui/Modal.tsx";
import { Notice } from "../ui/Notice.tsx";
import { developmentWalletType } from "./developmentWallet.ts";

/** Lists the wallets found in this browser, and the development wallet where the market has one. */
export function ConnectDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const connectors = useConnectors();
  const connect = useConnect();
  const [failure, setFailure] = useState<unknown>();
  const announced = connectors.filter((each) => each.type === "injected" && each.id !== "injected");
  const anyInjected = typeof window !== "undefined" && "ethereum" in window;
  const injected =
    announced.length > 0 ? announced : connectors.filter((each) => each.id === "injected" && anyInjected);
  const development = connectors.filter((each) => each.type === developmentWalletType);

  const choose = async (connector: Connector) => {
    setFailure(undefined);
    try {
      await connect.mutateAsync({ connector });
      onClose();
    } catch (error) {
      setFailure(error);
    }
  };
  const option = (connector: Connector, note: string, testId?: string) => (
    <li key={connector.uid}>
      <button
        type="button"
        data-testid={testId}
        disabled={connect.isPending}
        onClick={() => choose(connector)}
        className="flex min-h-14 w-full items-center gap-3 rounded-md border border-edge px-3 py-2 text-left hover:bg-sunken disabled:opacity-55"
      >
        {connector.icon?.startsWith("data:image/") && (
          // biome-ignore lint/performance/noImgElement: a data URI from the wallet, nothing to optimise
          <img src={connector.icon.trim()} alt="" width={28} height={28} className="rounded" />
        )}
        <span className="min-w-0">
          <span className="block font-medium">{connector.name}</span>
          <span className="block text-xs text-muted">{note}</span>
        </span>
      </button>
    </li>
  );
  return (
    <Modal
      open={open}
      onClose={onClose}
      title="Connect a wallet"
      description="No account, no password: a wallet shows who you are. Connecting shows your address to this page; it cannot move money."
    >
      <ul className="flex flex-col gap-2">
        {injected.map((connector) => option(connector, "Found in this browser"))}
        {development.map((connector) => {
          const role = connector.id.slice(developmentWalletType.length + 1);
          return option(connector, "Signs in this page. Test money only.", `dev-wallet-${role}`);
        })}
      </ul>
      {injected.length === 0 && (
        <p className="mt-3 text-muted">
          No wallet extension was found in this browser.
          {development.length > 0 ? " The development wallet needs none." : " Install one that you trust, then reload."}
        </p>
      )}
      {failure !== undefined && (
        <div className="mt-3">
          <Notice tone="failed" title={describeError(failure)} />
        </div>
      )}
    </Modal>
  );
}
