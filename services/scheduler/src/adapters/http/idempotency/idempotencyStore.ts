/** A request that its client named by a key. */
export interface NamedRequest {
  /** Route and who asks: keys of different clients never meet. */
  scope: string;
  key: string;
  /** Of everything that was asked for. */
  requestHash: string;
}

export type Turn =
  /** This request carries it out; `turn` ends it. */
  | { outcome: "go"; turn: string }
  /** It was carried out before: this was the answer. */
  | { outcome: "answered"; status: number; answer: string }
  /** Somebody carries it out now. */
  | { outcome: "busy" }
  /** The key names another request. */
  | { outcome: "other" };

/** Requests by their clients' keys. Of many equal ones at once, one is carried out. */
export interface IdempotencyStore {
  begin(request: NamedRequest): Promise<Turn>;
  /** Keeps the answer for whoever asks the same again. */
  answer(request: NamedRequest, turn: string, status: number, answer: string): Promise<void>;
  /** Ends the turn without an answer: the same request may be carried out again, another one under this key may not. */
  release(request: NamedRequest, turn: string): Promise<void>;
  /** As if the key had never been used: nothing came of the request. */
  forget(request: NamedRequest, turn: string): Promise<void>;
  /** Deletes keys whose time is over. */
  purge(): Promise<void>;
}
