"use client";
import { useMutation } from "@tanstack/react-query";
import { describeError } from "../../lib/describeError.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";
import { readKeyHash } from "./readKeyHash.ts";
import type { Statement } from "./statement.ts";
import { VerdictNotice } from "./VerdictNotice.tsx";
import { verifyStatement } from "./verifyStatement.ts";

/** Checks one proof in this browser and says in words what that showed. */
export function CheckProofButton({ statement }: { statement: Statement | undefined }) {
  const { market } = useMarket();
  const check = useMutation({
    mutationFn: (given: Statement) => verifyStatement(given, () => readKeyHash(market, given)),
  });
  return (
    <div className="flex flex-col items-start gap-3">
      <Button
        data-testid="check-proof"
        disabled={statement === undefined || check.isPending}
        onClick={() => statement && check.mutate(statement)}
      >
        {check.isPending ? "Checking…" : "Check this proof in your browser"}
      </Button>
      {check.isError && (
        <Notice tone="failed" title="The proof could not be checked">
          {describeError(check.error)} It may hold or not: nothing was judged.
        </Notice>
      )}
      {check.data && <VerdictNotice verdict={check.data} />}
    </div>
  );
}
