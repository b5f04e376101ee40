import { problemSchema } from "@gristmill/shared/errors/problem";
import type { z } from "zod";

/** Response schemas of a route: its answer, and the problems it may answer with (which handlers throw, not send). */
export function answers<Status extends 200 | 201, Schema extends z.ZodType>(
  status: Status,
  description: string,
  schema: Schema,
  ...problems: number[]
) {
  const answer = { description, content: { "application/json": { schema } } };
  const failures = Object.fromEntries([...problems, 429, 500].map((code) => [code, problemAnswer]));
  return { ...failures, [status]: answer } as { [Key in Status]: typeof answer };
}

const problemAnswer = {
  description:
    "A problem document (RFC 9457): `code` is stable, `errors` name fields, `money` says whether money moved",
  content: { "application/problem+json": { schema: problemSchema } },
};
