"use client";
import type { JobView } from "@gristmill/shared/api/views";
import { outputCommitment } from "@gristmill/shared/receipt/output";
import { Badge } from "../ui/Badge.tsx";
import { Hash } from "../ui/Hash.tsx";
import { OutputFile } from "./OutputFile.tsx";

/** What the program left, by content hash. */
export function OutputsPanel({ job }: { job: JobView }) {
  const { output } = job;
  if (!output) {
    const over = job.status === "settled" || job.status === "refunded";
    return (
      <p className="text-muted">
        {over ? "This job left no output." : "Files that the program writes to /out appear here when it ends."}
      </p>
    );
  }
  const holds = outputCommitment(output.manifest) === output.commitment;
  return (
    <div className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-2">
        {output.manifest.exitCode === 0 ? (
          <Badge tone="proven">program ended well</Badge>
        ) : (
          <Badge tone="failed">program failed, exit code {output.manifest.exitCode}</Badge>
        )}
        <Badge
          tone={holds ? "proven" : "failed"}
          hint="This page hashed the list of files and compared it with the commitment in the receipt on chain."
        >
          {holds ? "list matches the receipt" : "list does not match the receipt"}
        </Badge>
        <Hash value={output.commitment} name="output commitment" />
      </p>
      {output.manifest.files.length === 0 && <p className="text-muted">The program wrote no files to /out.</p>}
      <ul className="flex flex-col gap-3">
        {output.manifest.files.map((file) => (
          <OutputFile key={file.path} file={file} />
        ))}
      </ul>
    </div>
  );
}
