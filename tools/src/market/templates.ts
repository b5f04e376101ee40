import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Template, templateSchema } from "@gristmill/shared/api/views";
import { artifactSchema } from "@gristmill/shared/heartbeat/nodeMessages";
import { z } from "zod";
import { checkoutRoot } from "../checkout.ts";
import { ServiceError } from "../services/serviceError.ts";

const templateFileSchema = templateSchema.omit({ image: true, sampleInputs: true });
const templatesRoot = join(checkoutRoot, "templates");

/** One job template of this repository, with the folder of its sample inputs. */
export interface LocalTemplate {
  template: Template;
  inputDir: string;
}

/** Reads `templates/<id>/template.json` and names the image that was built for it. */
export function readTemplate(id: string, image: string): LocalTemplate {
  const folder = join(templatesRoot, id);
  const inputDir = join(folder, "input");
  const described = templateFileSchema.parse(JSON.parse(readFileSync(join(folder, "template.json"), "utf8")));
  const sampleInputs = readdirSync(inputDir)
    .filter((path) => path.endsWith(".csv"))
    .sort()
    .map((path) => {
      const content = readFileSync(join(inputDir, path));
      return { path, sha256: createHash("sha256").update(content).digest("hex"), bytes: content.length };
    });
  return { template: templateSchema.parse({ ...described, image, sampleInputs }), inputDir };
}

/** Writes the file that the scheduler serves as `GET /v1/templates`. */
export function writeTemplates(file: string, templates: readonly LocalTemplate[]): void {
  writeFileSync(
    file,
    `${JSON.stringify(z.array(templateSchema).parse(templates.map(({ template }) => template)), null, 2)}\n`,
  );
}

/** Stores the templates' sample inputs as artifacts, so that they can be ordered by hash. */
export async function storeSamples(schedulerUrl: string, templates: readonly LocalTemplate[]): Promise<void> {
  for (const { template, inputDir } of templates) {
    for (const sample of template.sampleInputs) {
      const response = await fetch(`${schedulerUrl}/v1/artifacts`, {
        method: "POST",
        headers: { "content-type": "application/octet-stream" },
        body: readFileSync(join(inputDir, sample.path)),
        signal: AbortSignal.timeout(60_000),
      });
      const stored = response.ok ? artifactSchema.parse(await response.json()) : undefined;
      if (stored?.sha256 !== sample.sha256) {
        throw new ServiceError(
          "scheduler",
          `did not store ${sample.path} (HTTP ${response.status})`,
          "See .mill/logs/scheduler.log",
        );
      }
    }
  }
}
