import type { Problem } from "@gristmill/shared/errors/problem";

/** A request that the scheduler refused, or that never reached it (`problem` is undefined then). */
export class ApiError extends Error {
  readonly problem: Problem | undefined;

  constructor(message: string, problem?: Problem, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiError";
    this.problem = problem;
  }

  /** The message for one field of the request, where the answer names it. */
  forField(field: string): string | undefined {
    return this.problem?.errors?.find((error) => error.field === field)?.message;
  }
}
