import type { WalletRequestWords } from "./walletRequestWords.ts";

export interface Confirmation {
  id: number;
  account: string;
  words: WalletRequestWords;
  answer(agreed: boolean): void;
}

/** Requests of the development wallet that wait for the person, oldest first. */
export interface Confirmations {
  /** Resolves with whether the person agreed. */
  ask(account: string, words: WalletRequestWords): Promise<boolean>;
  current(): Confirmation | undefined;
  subscribe(listener: () => void): () => void;
}

export function createConfirmations(): Confirmations {
  let waiting: Confirmation[] = [];
  let nextId = 1;
  const listeners = new Set<() => void>();
  const change = (next: Confirmation[]) => {
    waiting = next;
    for (const listener of listeners) listener();
  };
  return {
    ask: (account, words) =>
      new Promise((resolve) => {
        const id = nextId++;
        const answer = (agreed: boolean) => {
          change(waiting.filter((each) => each.id !== id));
          resolve(agreed);
        };
        change([...waiting, { id, account, words, answer }]);
      }),
    current: () => waiting[0],
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
