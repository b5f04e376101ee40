const labels: Record<string, string> = {
  budget: "Budget",
  "workload.maxSeconds": "Time limit",
  "workload.inputs": "Input",
  "requirements.gpuClass": "GPU",
  "requirements.gpuCount": "GPUs at least",
  "requirements.minVramMiB": "GPU memory",
  "requirements.region": "Region",
};

/** The form's name for a field of the API; the API's own where the form has none. */
export function fieldLabel(field: string): string {
  return labels[field] ?? field;
}
