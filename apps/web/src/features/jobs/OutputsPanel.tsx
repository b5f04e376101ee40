"use client";
import type { JobView } from "@gristmill/shared/api/views";
import { outputCommitment } from "@gristmill/shared/receipt/output";
import { Badge } from "../ui/Badge.tsx";
import { Hash } from "../ui/Hash.tsx";
import { OutputFile } from "./OutputFile.tsx";

/** What the program left, by content hash: of every part where the job runs in several. */
export function OutputsPanel({ job }: { job: JobView }) {
  const over = job.status === "settled" || job.status === "refunded";
  if (job.outputs.length === 0) {
    return (
      <p className="text-muted">
        {over ? "This job left no output." : "Files that the program writes to /out appear here when it ends."}
      </p>
    );
  }
  const missing = job.shards - job.outputs.length;
  return (
    <div className="flex flex-col gap-5">
      {job.outputs.map((output) => (
        <Output key={output.leaseId} output={output} part={job.shards > 1 ? `Part ${output.shard + 1}` : undefined} />
      ))}
      {missing > 0 && (
        <p className="text-muted">
          {missing} of {job.shards} parts {over ? "left no output." : "have left nothing yet."}
        </p>
      )}
    </div>
  );
}

function Output({ output, part }: { output: JobView["outputs"][number]; part: string | undefined }) {
  const { manifest, commitment } = output;
  const holds = outputCommitment(manifest) === commitment;
  return (
    <section aria-label={part ?? "Output"} className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-2">
        {part !== undefined && <span className="font-medium">{part}</span>}
        {manifest.exitCode === 0 ? (
          <Badge tone="proven">program ended well</Badge>
        ) : (
          <Badge tone="failed">program failed, exit code {manifest.exitCode}</Badge>
        )}
        <Badge
          tone={holds ? "proven" : "failed"}
          hint="This page hashed the list of files and compared it with the commitment in the receipt on chain."
        >
          {holds ? "list matches the receipt" : "list does not match the receipt"}
        </Badge>
        <Hash value={commitment} name="output commitment" />
      </p>
      {manifest.files.length === 0 && <p className="text-muted">The program wrote no files to /out.</p>}
      <ul className="flex flex-col gap-3">
        {manifest.files.map((file) => (
          <OutputFile key={file.path} file={file} />
        ))}
      </ul>
    </section>
  );
}
