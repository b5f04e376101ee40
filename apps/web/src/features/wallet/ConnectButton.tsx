"use client";
import { ChevronDown, Wallet } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import { useConnection, useDisconnect } from "wagmi";
import { shortHash } from "../../lib/shortHash.ts";
import { Button } from "../ui/Button.tsx";
import { useMounted } from "../ui/useMounted.ts";
import { Balance } from "./Balance.tsx";
import { ConnectDialog } from "./ConnectDialog.tsx";

/** Who is connected, and the way in and out. */
export function ConnectButton({ look = "plain" }: { look?: "plain" | "primary" }) {
  const [open, setOpen] = useState(false);
  const connection = useConnection();
  const disconnect = useDisconnect();
  // The server knows no wallet: the first render must look the same in the browser.
  const mounted = useMounted();
  const address = mounted ? connection.address : undefined;
  if (address === undefined) {
    return (
      <>
        <Button look={look} data-testid="connect" onClick={() => setOpen(true)}>
          <Wallet aria-hidden size={16} />
          <span>
            Connect<span className="max-sm:sr-only"> wallet</span>
          </span>
        </Button>
        <ConnectDialog open={open} onClose={() => setOpen(false)} />
      </>
    );
  }
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button data-testid="connected" aria-label={`Wallet ${shortHash(address)}`}>
          <Wallet aria-hidden size={16} />
          <span className="font-mono text-[13px]">{shortHash(address)}</span>
          <ChevronDown aria-hidden size={14} className="max-sm:hidden" />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className="panel z-50 min-w-64 p-2 shadow-lg">
          <div className="px-2 py-1.5">
            <p className="font-medium">{connection.connector?.name}</p>
            <p className="mt-1 font-mono text-xs break-all text-muted">{address}</p>
            <div className="mt-2">
              <Balance account={address} />
            </div>
          </div>
          <DropdownMenu.Item
            className="cursor-pointer rounded px-2 py-1.5 data-highlighted:bg-sunken data-highlighted:outline-none"
            onSelect={() => navigator.clipboard.writeText(address)}
          >
            Copy address
          </DropdownMenu.Item>
          <DropdownMenu.Item
            className="cursor-pointer rounded px-2 py-1.5 data-highlighted:bg-sunken data-highlighted:outline-none"
            onSelect={() => disconnect.mutate({})}
          >
            Disconnect
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
