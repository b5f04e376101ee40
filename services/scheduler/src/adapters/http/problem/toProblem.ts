import { BaseError } from "@gristmill/shared/errors/baseError";
import type { ErrorCode } from "@gristmill/shared/errors/errorCodes";
import { errorCodes } from "@gristmill/shared/errors/errorCodes";
import { type Problem, problemSchema } from "@gristmill/shared/errors/problem";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { statusOf } from "./statusOf.ts";

type FieldErrors = NonNullable<Problem["errors"]>;

/**
 * The problem document for anything thrown. What a `BaseError` carries in `details.errors` and `details.money` is shown;
 * an unknown error shows nothing of itself.
 * @param reference what to look for in the log
 */
export function toProblem(error: unknown, reference: string): Problem {
  if (error instanceof BaseError) {
    const { errors, money } = problemSchema
      .pick({ errors: true, money: true })
      .partial()
      .catch({})
      .parse(error.details);
    return problem(error.code, error.message, { errors, money });
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.flatMap(fieldErrors);
    const imageOnly = errors.length > 0 && errors.every(({ field }) => field === "workload.image");
    const detail = errors.map(({ field, message }) => `${field}: ${message}`).join("; ");
    return problem(imageOnly ? "image_without_digest" : "invalid_request", detail, { errors });
  }
  const status = clientErrorStatus(error);
  if (status !== undefined && error instanceof Error) {
    const code = { 404: "not_found", 413: "artifact_too_large", 429: "too_many_requests" } as const;
    const found = code[status as keyof typeof code] ?? "invalid_request";
    return { ...problem(found, error.message, {}), status };
  }
  return problem("internal", `Nothing more is known outside; the log has it under ${reference}.`, {});
}

function problem(
  code: ErrorCode,
  detail: string,
  more: { errors?: FieldErrors | undefined; money?: string | undefined },
) {
  return {
    type: `urn:gristmill:problem:${code}`,
    ...statusOf[code],
    code,
    detail,
    retryable: errorCodes[code].retryable,
    ...(more.errors && { errors: more.errors }),
    ...(more.money && { money: more.money }),
  } satisfies Problem;
}

/** Each issue by the dotted path of its field; an unknown field is named itself, not only the object it stands in. */
function fieldErrors({ instancePath, message = "is not valid", params }: ZodValidation): FieldErrors {
  const path = instancePath.split("/").filter(Boolean);
  const { keys } = params;
  const unknownKeys = Array.isArray(keys) ? keys : [];
  if (unknownKeys.length === 0) return [{ field: path.join(".") || "body", message }];
  return unknownKeys.map((key) => ({
    field: [...path, String(key)].join("."),
    message: "is not a field of this request",
  }));
}

interface ZodValidation {
  instancePath: string;
  message?: string | undefined;
  params: Record<string, unknown>;
}

/** Status of an error that Fastify or a plugin of it blames on the client. */
function clientErrorStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("statusCode" in error) || typeof error.statusCode !== "number") return undefined;
  return error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : undefined;
}
