import type { Page, PageQuery } from "@gristmill/shared/api/page";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { type Listing, pageOf } from "../../domain/page/pageOf.ts";

/** @throws BaseError `invalid_request` for a cursor of another list, or of none */
export function takePage<Item>(listing: Listing<Item>, query: PageQuery): Page<Item> {
  return orBadCursor(pageOf(listing, query));
}

/** @throws BaseError `invalid_request` when there is no such page */
export function orBadCursor<Found>(page: Found | undefined): Found {
  if (page !== undefined) return page;
  const message = "is not the `next` of a page of this list with these filters";
  throw new BaseError("invalid_request", `cursor: ${message}`, { details: { errors: [{ field: "cursor", message }] } });
}
