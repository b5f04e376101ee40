import { readFileSync, writeFileSync } from "node:fs";
import { artifactSchema } from "@gristmill/shared/heartbeat/nodeMessages";
import type { JobTemplate } from "../images/jobTemplates.ts";
import { ServiceError } from "../services/serviceError.ts";

/** Writes the file that the scheduler serves as `GET /v1/templates`. */
export function writeTemplates(file: string, templates: readonly JobTemplate[]): void {
  writeFileSync(
    file,
    `${JSON.stringify(
      templates.map(({ template }) => template),
      null,
      2,
    )}\n`,
  );
}

/** Stores the templates' sample inputs as artifacts, so that they can be ordered by hash. */
export async function storeSamples(schedulerUrl: string, templates: readonly JobTemplate[]): Promise<void> {
  for (const { sha256, file } of templates.flatMap(({ sampleFiles }) => sampleFiles)) {
    const response = await fetch(`${schedulerUrl}/v1/artifacts`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: readFileSync(file),
      signal: AbortSignal.timeout(60_000),
    });
    const stored = response.ok ? artifactSchema.parse(await response.json()) : undefined;
    if (stored?.sha256 !== sha256) {
      throw new ServiceError(
        "scheduler",
        `did not store ${file} (HTTP ${response.status})`,
        "See .mill/logs/scheduler.log",
      );
    }
  }
}
