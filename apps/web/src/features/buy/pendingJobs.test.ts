import { toWire } from "@gristmill/shared/units/toWire";
import { beforeEach, expect, test } from "vitest";
import { fixtureMarket, fixtureQuote, fixtureRequest, hash } from "../../../test/fixtureMarket.ts";
import { forgetSignedJob, rememberSignedJob, signedJobs, signedTerms } from "./pendingJobs.ts";

const market = fixtureMarket();
const { terms } = fixtureQuote(toWire(fixtureRequest(market)), market);
beforeEach(() => localStorage.clear());

test("a buyer's browser keeps the terms that open the vault, exactly, and only of the newest jobs", () => {
  for (let n = 1; n <= 25; n++) rememberSignedJob(hash(n), terms);
  expect(signedTerms(hash(25))).toEqual(terms);
  expect(signedJobs()).toHaveLength(20);
  expect(signedTerms(hash(1))).toBeUndefined();
});

test("a void signature leaves nothing behind that looks like a payment on its way", () => {
  rememberSignedJob(hash(1), terms);
  forgetSignedJob(hash(1));
  expect(signedJobs()).toEqual([]);
  expect(signedTerms(hash(1))).toBeUndefined();
});
