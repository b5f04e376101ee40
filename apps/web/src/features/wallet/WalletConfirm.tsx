"use client";
import { useSyncExternalStore } from "react";
import { Button } from "../ui/Button.tsx";
import { Modal } from "../ui/Modal.tsx";
import type { Confirmations } from "./confirmations.ts";

/** The development wallet's own window: what is asked, in plain words, and the decoded content. */
export function WalletConfirm({ confirmations }: { confirmations: Confirmations }) {
  const current = useSyncExternalStore(confirmations.subscribe, confirmations.current, () => undefined);
  if (!current) return null;
  const { words } = current;
  return (
    <Modal
      open
      onClose={() => current.answer(false)}
      title={words.title}
      description="Development wallet, test money only. A real wallet shows such a window for each request."
    >
      <p className="rounded-md bg-sunken p-3">{words.meaning}</p>
      <details className="mt-3">
        <summary className="text-muted">What is {words.kind === "signature" ? "signed" : "sent"}, exactly</summary>
        <dl className="mt-2 max-h-56 space-y-1.5 overflow-y-auto rounded-md border border-line p-3 text-xs">
          <dt className="text-muted">Account</dt>
          <dd className="font-mono break-all">{current.account}</dd>
          {words.details.map(([name, value]) => (
            <div key={name}>
              <dt className="text-muted">{name}</dt>
              <dd className="font-mono break-all">{value}</dd>
            </div>
          ))}
        </dl>
      </details>
      <div className="mt-5 flex justify-end gap-2">
        <Button data-testid="wallet-reject" onClick={() => current.answer(false)}>
          Decline
        </Button>
        <Button look="primary" data-testid="wallet-confirm" onClick={() => current.answer(true)}>
          {words.kind === "signature" ? "Sign" : "Send"}
        </Button>
      </div>
    </Modal>
  );
}
