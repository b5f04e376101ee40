import type { JobView, ReceiptView } from "@gristmill/shared/api/views";
import type { ReactNode } from "react";
import { Usd } from "../money/Usd.tsx";
import { AssuranceTable } from "../proofs/AssuranceTable.tsx";
import { CheckProofButton } from "../proofs/CheckProofButton.tsx";
import { receiptStatement } from "../proofs/statement.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { TransactionLink } from "../transactions/TransactionLink.tsx";
import { Facts } from "../ui/Facts.tsx";
import { Hash } from "../ui/Hash.tsx";

const notaries = {
  scheduler: "the scheduler. You trust it not to countersign time that did not pass",
  buyer: "you. No second of this bill stands without your key",
  other: "a third party that the terms name",
} as const;

/** What the node signed, what was proven on chain, and what that shows. */
export function ReceiptPanel({ job }: { job: JobView }) {
  return (
    <div className="flex flex-col gap-5">
      <p>
        Notary <Hash value={job.notary.address} name="notary" />: {notaries[job.notary.who]}.
      </p>
      {job.receipts.length === 0 && (
        <p className="text-muted">
          When the program ends, the node signs a receipt and proves its seconds. Both appear here, to copy and check.
        </p>
      )}
      {job.receipts.map((receipt) => (
        <Receipt key={`${receipt.leaseId}-${receipt.sequence}`} receipt={receipt} job={job} />
      ))}
      <div>
        <h3 className="mb-2 font-medium">What this shows, and what it does not</h3>
        <AssuranceTable only="every job" />
      </div>
    </div>
  );
}

function Receipt({ receipt, job }: { receipt: ReceiptView; job: JobView }) {
  const { market } = useMarket();
  const lease = job.leases.find(({ leaseId }) => leaseId === receipt.leaseId);
  const statement = lease && receiptStatement(receipt, lease.payee, market);
  const rows: [string, ReactNode][] = [
    ["Billed", `${receipt.to - receipt.from} s (second ${receipt.from} to ${receipt.to} of the lease)`],
    ["For the provider", <Usd key="a" amount={receipt.amount} />],
    ["Market fee", <Usd key="f" amount={receipt.fee} />],
    ["Proof made in", `${(receipt.proveMs / 1000).toFixed(1)} s, on the node`],
    ["Checked on chain", `${Number(receipt.gasUsed).toLocaleString("en")} gas`],
    ["Capture transaction", <TransactionLink key="t" hash={receipt.txHash} />],
    ["Lease", <Hash key="l" value={receipt.leaseId} name="lease id" />],
    ["Sequence", `${receipt.sequence}${receipt.last ? ", the last one" : ""}`],
    ["Tick-chain head", <Hash key="h" value={receipt.head} name="tick-chain head" />],
    ["Output commitment", <Hash key="o" value={receipt.output} name="output commitment" />],
    ["Node's signature", <Hash key="n" value={receipt.nodeSignature} name="node signature" />],
    ["Notary's signature", <Hash key="w" value={receipt.notarySignature} name="notary signature" />],
    [
      "Usage proof (Groth16)",
      <Hash key="p" value={JSON.stringify(statement ?? receipt.proof)} name="usage proof" short="copy it" />,
    ],
  ];
  return (
    <div className="rounded-md border border-line p-3">
      <Facts rows={rows} />
      <div className="mt-4">
        <CheckProofButton statement={statement} />
      </div>
    </div>
  );
}
