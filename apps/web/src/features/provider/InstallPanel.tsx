"use client";
import { toast } from "sonner";
import type { Address } from "viem";
import { useMarket } from "../shell/marketContext.tsx";
import { Button } from "../ui/Button.tsx";

/** How to start the agent, with this provider's address filled in. */
export function InstallPanel({ provider }: { provider: Address }) {
  const { market } = useMarket();
  const command = [
    "./mill node \\",
    `  --market ${market.schedulerUrl} \\`,
    `  --provider ${provider} \\`,
    "  --name my-machine --region DE",
  ].join("\n");
  const copy = async () => {
    await navigator.clipboard.writeText(command);
    toast("Command copied");
  };
  return (
    <div className="flex flex-col gap-3">
      <p className="text-muted">
        Run this in the Gristmill folder on the machine with the GPU. It needs Linux and Docker;{" "}
        <code className="font-mono text-xs">./mill doctor</code> says what is missing. It measures the hardware, then
        asks here to join. Set the region to the country that it stands in.
      </p>
      <pre className="rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5 break-all whitespace-pre-wrap">
        {command}
      </pre>
      <Button className="self-start" onClick={copy}>
        Copy command
      </Button>
    </div>
  );
}
