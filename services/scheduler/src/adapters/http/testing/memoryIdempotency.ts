import { randomUUID } from "node:crypto";
import type { IdempotencyStore } from "../idempotency/idempotencyStore.ts";

/** Clients' keys in memory, for tests of the surface alone. */
export function memoryIdempotency(): IdempotencyStore {
  const rows = new Map<
    string,
    { hash: string; turn: string; isBusy: boolean; kept?: { status: number; answer: string } }
  >();
  const idOf = ({ scope, key }: { scope: string; key: string }) => `${scope} ${key}`;
  const mine = (id: string, turn: string) => (rows.get(id)?.turn === turn ? rows.get(id) : undefined);
  return {
    async begin(request) {
      const row = rows.get(idOf(request));
      if (row && row.hash !== request.requestHash) return { outcome: "other" };
      if (row?.kept) return { outcome: "answered", ...row.kept };
      if (row?.isBusy) return { outcome: "busy" };
      const turn = randomUUID();
      rows.set(idOf(request), { hash: request.requestHash, turn, isBusy: true });
      return { outcome: "go", turn };
    },
    async answer(request, turn, status, answer) {
      const row = mine(idOf(request), turn);
      if (row) row.kept = { status, answer };
    },
    async release(request, turn) {
      const row = mine(idOf(request), turn);
      if (row) row.isBusy = false;
    },
    async forget(request, turn) {
      if (mine(idOf(request), turn)) rows.delete(idOf(request));
    },
    purge: async () => undefined,
  };
}
