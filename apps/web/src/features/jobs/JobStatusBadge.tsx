import type { JobStatus } from "@gristmill/shared/job/jobStatus";
import { Badge, type Tone } from "../ui/Badge.tsx";

const looks: Record<JobStatus, [Tone, string]> = {
  funded: ["waiting", "paid, looking for a machine"],
  placed: ["waiting", "placed"],
  pulling: ["waiting", "pulling"],
  running: ["waiting", "running"],
  proving: ["waiting", "proving"],
  captured: ["proven", "proven"],
  settled: ["proven", "settled"],
  refunded: ["neutral", "refunded"],
};

export function JobStatusBadge({ status }: { status: JobStatus }) {
  const [tone, words] = looks[status];
  return <Badge tone={tone}>{words}</Badge>;
}
