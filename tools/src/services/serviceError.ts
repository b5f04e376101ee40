/** A service that the market needs could not be started; `remedy` says what the person at the terminal can do. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  /** The service, in one word: `postgres`, `chain`, ... */
  readonly service: string;
  /** One sentence that starts with a verb. */
  readonly remedy: string;

  constructor(service: string, problem: string, remedy: string, cause?: unknown) {
    super(`${service}: ${problem}\n  ${remedy}`, { cause });
    this.service = service;
    this.remedy = remedy;
  }
}
