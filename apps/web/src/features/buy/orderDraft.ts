import { type QuoteRequest, quoteRequestSchema } from "@gristmill/shared/api/quote";
import type { Template } from "@gristmill/shared/api/views";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { parseUsd } from "@gristmill/shared/units/parseUsd";
import { toWire } from "@gristmill/shared/units/toWire";
import type { Address } from "viem";
import type { z } from "zod";
import type { ChosenInput } from "./chosenInput.ts";

/** The order form as typed. */
export interface OrderDraft {
  maxSeconds: string;
  budget: string;
  gpuClass: string;
  gpuCount: string;
  minVramMiB: string;
  region: string;
}

export type DraftResult = { ok: true; request: QuoteRequest } | { ok: false; errors: Record<string, string> };

/** Turns the form into a quote request, or names each field that is wrong (paths as the API names them). */
export function quoteRequestOf(
  draft: OrderDraft,
  template: Template,
  chosen: ChosenInput | undefined,
  buyer: Address,
): DraftResult {
  const errors: Record<string, string> = {};
  let budget: bigint | undefined;
  try {
    budget = draft.budget.trim() === "" ? undefined : parseUsd(draft.budget);
  } catch (error) {
    errors.budget = error instanceof BaseError ? error.message : "is not an amount";
  }
  if (!chosen) errors["workload.inputs"] = "choose the sample or a file of your own";
  const whole = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN);
  const { image, command, env, cpuMilli, memoryMiB, maxOutputMiB } = template;
  const parsed = quoteRequestSchema.safeParse(
    toWire({
      buyer,
      workload: {
        image,
        command,
        env,
        inputs: chosen ? [chosen.input] : [],
        cpuMilli,
        memoryMiB,
        maxOutputMiB,
        maxSeconds: whole(draft.maxSeconds),
      },
      requirements: {
        gpuCount: whole(draft.gpuCount || "0"),
        minVramMiB: whole(draft.minVramMiB || "0"),
        ...(draft.gpuClass ? { gpuClass: draft.gpuClass } : {}),
        ...(draft.region ? { region: draft.region } : {}),
      },
      ...(budget === undefined ? {} : { budget }),
    }),
  );
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const field = issue.path.join(".");
      errors[field] ??= words(issue);
    }
  }
  return parsed.success && Object.keys(errors).length === 0
    ? { ok: true, request: parsed.data }
    : { ok: false, errors };
}

function words(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return "must be a whole number";
    case "too_small":
      return `must be at least ${issue.minimum}`;
    case "too_big":
      return `must be at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}
