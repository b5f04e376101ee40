/** Proof of ownership: whoever took over since has a higher token, and this one commits nothing more. */
export interface Fence {
  name: string;
  owner: string;
  token: bigint;
}
