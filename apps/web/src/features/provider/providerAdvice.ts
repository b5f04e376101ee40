import type { ProviderView } from "@gristmill/shared/api/views";

export type Health = { tone: "proven" | "waiting" | "failed" | "neutral"; words: string };

/** Is my machine healthy? */
export function healthOf(view: Pick<ProviderView, "nodes">): Health {
  const mine = view.nodes.filter((node) => node.state === "paired");
  const online = mine.filter((node) => node.online).length;
  if (mine.length === 0) {
    return view.nodes.some((node) => node.state === "waiting")
      ? { tone: "waiting", words: "A machine waits to be accepted" }
      : { tone: "neutral", words: "No machine yet" };
  }
  if (online === mine.length)
    return {
      tone: "proven",
      words: mine.length === 1 ? "Your machine is online" : `${online} of ${mine.length} machines online`,
    };
  return { tone: "failed", words: `${mine.length - online} of ${mine.length} machines offline` };
}

/** What should I do now? One sentence, the most useful step first. */
export function adviceOf(view: Pick<ProviderView, "nodes" | "assets" | "earnings">): string {
  const waiting = view.nodes.find((node) => node.state === "waiting");
  if (waiting) return `Accept "${waiting.manifest.name}" as your machine.`;
  if (view.nodes.length === 0) return "Start the agent on a machine with a GPU.";
  const unlisted = view.nodes.find((node) => node.state === "paired" && node.assetId === null);
  if (unlisted) return `List the GPU of "${unlisted.manifest.name}".`;
  const offline = view.nodes.find((node) => node.state === "paired" && !node.online);
  if (offline) return `Look at "${offline.manifest.name}": it sends no heartbeat.`;
  if (view.earnings.withdrawable > 0n) return "Withdraw what you earned.";
  if (view.assets.some((asset) => asset.listing === null)) return "Publish a price for what is not listed.";
  return "Nothing. Jobs come by themselves.";
}
