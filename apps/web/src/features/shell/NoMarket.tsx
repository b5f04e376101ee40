import { Brand } from "./Brand.tsx";

/** Shown when the server knows no market. */
export function NoMarket({ problem }: { problem: string }) {
  return (
    <main id="main" className="mx-auto flex min-h-dvh max-w-xl flex-col justify-center gap-4 p-6">
      <Brand />
      <h1>There is no market to show</h1>
      <p className="break-words text-muted">{problem}.</p>
      <p>
        Start one with <code className="font-mono">./mill up</code>, then reload. No money is involved yet.
      </p>
    </main>
  );
}
