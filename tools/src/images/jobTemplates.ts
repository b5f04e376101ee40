import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Template, templateSchema } from "@gristmill/shared/api/views";
import { z } from "zod";
import { checkoutRoot } from "../checkout.ts";
import { buildJobImage, type JobImage } from "./buildJobImage.ts";

/** `templates/<id>/template.json`. Sample inputs are files beside it. */
const inferenceSchema = templateSchema.shape.inference.unwrap();
const templateFileSchema = templateSchema
  .omit({ image: true, sampleInputs: true, inference: true })
  .extend({
    entry: z.string(),
    sampleInputs: z.array(z.string()),
    /** Template whose program it runs; its own unless told. */
    program: z.string().optional(),
    /** A model answers: a file in circuits/models, whose id is known when it is registered. */
    inference: inferenceSchema
      .omit({ modelId: true, modelCommitment: true, shape: true })
      .extend({ model: z.string() })
      .optional(),
  })
  .strict();

/** What a template of a verified answer says of its model before that is registered. */
type Answers = NonNullable<z.infer<typeof templateFileSchema>["inference"]>;

export type JobTemplate = {
  /** What the scheduler's `GET /v1/templates` answers. */
  template: Template;
  /** The image behind `template.image`, as an archive for the nodes. */
  image: JobImage;
  /** The sample inputs' bytes, in the order of `template.sampleInputs`: absolute paths. */
  sampleFiles: { sha256: string; file: string }[];
  /** The model that answers; `template.inference` follows once it is registered. */
  answers?: Answers;
};

/**
 * The programs that this checkout ships, each with its image built.
 *
 * @param outDir - where the images' archives go, for example `.mill/images`
 */
export function jobTemplates(outDir: string): JobTemplate[] {
  const root = join(checkoutRoot, "templates");
  const ids = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, "template.json")))
    .map((entry) => entry.name)
    .sort();
  return ids.map((id) => {
    const programDir = join(root, id);
    const {
      entry,
      sampleInputs,
      program = id,
      inference,
      ...rest
    } = templateFileSchema.parse(JSON.parse(readFileSync(join(programDir, "template.json"), "utf8")));
    const image = buildJobImage({ name: program, programDir: join(root, program), entry, outDir });
    const samples = sampleInputs.map((path) => {
      const file = join(programDir, path);
      const bytes = readFileSync(file);
      return {
        file,
        path: basename(path),
        bytes: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      };
    });
    const template = templateSchema.parse({
      ...rest,
      image: image.reference,
      sampleInputs: samples.map(({ path, sha256, bytes }) => ({ path, sha256, bytes })),
    });
    return {
      template,
      image,
      sampleFiles: samples.map(({ sha256, file }) => ({ sha256, file })),
      ...(inference && { answers: inference }),
    };
  });
}
