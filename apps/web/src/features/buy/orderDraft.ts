import { type QuoteRequest, quoteRequestSchema } from "@gristmill/shared/api/quote";
import type { Template } from "@gristmill/shared/api/views";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { parseUsd } from "@gristmill/shared/units/parseUsd";
import { toWire } from "@gristmill/shared/units/toWire";
import type { Address } from "viem";
import type { z } from "zod";
import type { ChosenInput } from "./chosenInput.ts";

/** The order form as typed. Empty: the buyer does not care. */
export interface OrderDraft {
  maxSeconds: string;
  budget: string;
  gpuClass: string;
  gpuModel: string;
  gpuCount: string;
  minVramMiB: string;
  region: string;
  objective: string;
  /** USD an hour. */
  priceCap: string;
  /** USD an hour, for a machine that takes over. */
  failoverPrice: string;
  /** As a date-and-time field gives it, in the reader's own time. */
  deadline: string;
  attestationLevel: string;
  /** USD. */
  minStake: string;
  minReputation: string;
  gangSize: string;
  apart: string;
}

const HOUR = 3_600n;

export type DraftResult = { ok: true; request: QuoteRequest } | { ok: false; errors: Record<string, string> };

/** Turns the form into a quote request, or names each field that is wrong (paths as the API names them). */
export function quoteRequestOf(
  draft: OrderDraft,
  template: Template,
  chosen: ChosenInput | undefined,
  buyer: Address,
): DraftResult {
  const errors: Record<string, string> = {};
  const usd = (text: string, field: string): bigint | undefined => {
    try {
      return text.trim() === "" ? undefined : parseUsd(text);
    } catch (error) {
      errors[field] = error instanceof BaseError ? error.message : "is not an amount";
      return undefined;
    }
  };
  const perSecond = (text: string, field: string): bigint | undefined => {
    const perHour = usd(text, field);
    return perHour === undefined ? undefined : perHour / HOUR;
  };
  const deadline = draft.deadline === "" ? undefined : Math.floor(Date.parse(draft.deadline) / 1000);
  if (!chosen) errors["workload.inputs"] = "choose the sample or a file of your own";
  const whole = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN);
  const given = <Value>(name: string, text: string, value: Value) => (text.trim() === "" ? {} : { [name]: value });
  const { image, command, env, cpuMilli, memoryMiB, maxOutputMiB, checkpoint } = template;
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
        ...(checkpoint && { checkpoint }),
      },
      requirements: {
        gpuCount: whole(draft.gpuCount || "0"),
        minVramMiB: whole(draft.minVramMiB || "0"),
        ...given("gpuClass", draft.gpuClass, draft.gpuClass),
        ...given("gpuModel", draft.gpuModel, draft.gpuModel.trim()),
        ...given("region", draft.region, draft.region),
        ...given("objective", draft.objective, draft.objective),
        ...given("minAttestationLevel", draft.attestationLevel, whole(draft.attestationLevel)),
        ...given("minStake", draft.minStake, usd(draft.minStake, "requirements.minStake")),
        ...given("minReputation", draft.minReputation, draft.minReputation.trim()),
        ...given("gangSize", draft.gangSize, whole(draft.gangSize)),
        ...given("apart", draft.apart, draft.apart),
      },
      budget: usd(draft.budget, "budget"),
      pricePerSecondCap: perSecond(draft.priceCap, "pricePerSecondCap"),
      failoverPriceCap: perSecond(draft.failoverPrice, "failoverPriceCap"),
      ...given("deadline", draft.deadline, deadline),
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
