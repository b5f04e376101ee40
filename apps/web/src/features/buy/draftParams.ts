import type { OrderDraft } from "./orderDraft.ts";

/** Names of the form's fields in the page's address: what is asked of the machine can be kept and sent to others. */
const names = {
  objective: "objective",
  gpuClass: "gpu",
  gpuModel: "model",
  gpuCount: "gpus",
  minVramMiB: "vram",
  region: "region",
  priceCap: "price",
  failoverPrice: "failover",
  deadline: "until",
  attestationLevel: "attested",
  minStake: "stake",
  minReputation: "reputation",
  gangSize: "parts",
  apart: "apart",
} as const satisfies Partial<Record<keyof OrderDraft, string>>;

type Kept = keyof typeof names;
const fields = Object.keys(names) as Kept[];

/** The requirements that an address names; the rest is empty. */
export function draftOfParams(params: Pick<URLSearchParams, "get">): Pick<OrderDraft, Kept> {
  return Object.fromEntries(fields.map((field) => [field, params.get(names[field]) ?? ""])) as Pick<OrderDraft, Kept>;
}

/** The address that names these requirements; other parameters stay. */
export function paramsOfDraft(draft: OrderDraft, before: string): string {
  const params = new URLSearchParams(before);
  for (const field of fields) {
    if (draft[field] === "") params.delete(names[field]);
    else params.set(names[field], draft[field]);
  }
  return params.toString();
}

/** How many of them the buyer named. */
export function namedIn(draft: OrderDraft): number {
  return fields.filter((field) => draft[field] !== "" && draft[field] !== "0").length;
}
