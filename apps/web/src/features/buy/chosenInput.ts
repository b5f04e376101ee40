import type { Template } from "@gristmill/shared/api/views";
import type { Workload } from "@gristmill/shared/job/workload";

/** A stored input that the job will find under /in, and what to call it on this page. */
export interface ChosenInput {
  label: string;
  input: Workload["inputs"][number];
}

/** The template's own sample, if it has one. */
export function sampleOf(template: Template): ChosenInput | undefined {
  const sample = template.sampleInputs[0];
  return sample && { label: `the sample, ${sample.path}`, input: sample };
}
