import { BaseError } from "@gristmill/shared/errors/baseError";
import type { JobId, LeaseId } from "@gristmill/shared/ids/ids";
import { isAddressEqual } from "viem";
import type { HttpDeps } from "../httpDeps.ts";
import type { Principal } from "./principal.ts";

/** An input that a template offers to everybody. */
export function isSample(sha256: string, { templates }: Pick<HttpDeps, "templates">): boolean {
  return templates.some(({ sampleInputs }) => sampleInputs.some((input) => input.sha256 === sha256));
}

/**
 * The job that a signed-in node runs under this lease.
 * @throws BaseError `sign_in_required`, `not_allowed` unless the lease is the node's, is open, and the node is not revoked
 */
export function jobOfNode(principal: Principal, leaseId: LeaseId, { reads }: Pick<HttpDeps, "reads">): JobId {
  if (principal.kind === "anyone") throw new BaseError("sign_in_required", "a node signs in with its own key first");
  const lease = reads.leaseOf(leaseId);
  const isOwn = lease !== undefined && principal.address !== null && isAddressEqual(lease.node, principal.address);
  if (lease && isOwn && lease.isOpen && !lease.isNodeRevoked) return lease.jobId;
  throw new BaseError("not_allowed", `lease ${leaseId} is not an open lease of this node`);
}

/** @throws BaseError `sign_in_required` for what is nobody's business without a session */
export async function mayRead(
  sha256: string,
  leaseId: LeaseId | undefined,
  principal: Principal,
  deps: Pick<HttpDeps, "reads" | "grants" | "templates">,
): Promise<boolean> {
  if (isSample(sha256, deps)) return true;
  if (principal.kind === "anyone") {
    throw new BaseError("sign_in_required", "artifacts are private: sign in, or send the token of the paid order");
  }
  const { grants } = deps;
  if (leaseId !== undefined) {
    const jobId = jobOfNode(principal, leaseId, deps);
    return (await grants.isInputOf(sha256, jobId)) || (await grants.isCheckpointOf(sha256, jobId));
  }
  for (const jobId of principal.jobs) if (await grants.isOfJob(sha256, jobId)) return true;
  return principal.address !== null && grants.isOfWallet(sha256, principal.address);
}
