import { isInJurisdiction } from "@gristmill/shared/job/jurisdictions";
import type { Facts } from "../facts.ts";
import type { Demand } from "../placement.ts";
import { roundTripMs } from "../roundTrip.ts";
import type { Check } from "./check.ts";
import { tooFew, unknown } from "./words.ts";

/** Where an asset is, under whose law, and what is there already. */
export const placeChecks: readonly Check[] = [
  {
    field: "requirements.region",
    wanted: ({ requirements }) => requirements.region !== undefined,
    fits: ({ asset }, { requirements }) => asset.region === requirements.region,
    explain: ({ asset }, { requirements }) => elsewhere(asset.region, requirements.region ?? ""),
  },
  {
    field: "requirements.allowJurisdictions",
    wanted: ({ requirements }) => requirements.allowJurisdictions !== undefined,
    fits: ({ asset }, { requirements }) => isInJurisdiction(asset.region, requirements.allowJurisdictions ?? []),
    explain: ({ asset }, { requirements }) =>
      elsewhere(asset.region, (requirements.allowJurisdictions ?? []).join(", ")),
  },
  {
    field: "requirements.denyJurisdictions",
    wanted: ({ requirements }) => requirements.denyJurisdictions !== undefined,
    // Where nobody says where it is, it may be in a denied place.
    fits: ({ asset }, { requirements }) =>
      asset.region !== "" &&
      asset.region !== UNSAID &&
      !isInJurisdiction(asset.region, requirements.denyJurisdictions ?? []),
    explain: ({ asset }, { requirements }) => {
      const denied = `not ${(requirements.denyJurisdictions ?? []).join(", ")}`;
      return elsewhere(asset.region, denied);
    },
  },
  {
    field: "requirements.near",
    wanted: ({ requirements }) => requirements.near !== undefined,
    fits: (facts, demand) =>
      (distanceMs(facts, demand) ?? Number.POSITIVE_INFINITY) <= (demand.requirements.near?.maxMs ?? 0),
    explain: (facts, demand) => {
      const most = demand.requirements.near?.maxMs ?? 0;
      const got = distanceMs(facts, demand);
      if (got === undefined) return unknown("does not say where it is", `${most} ms`);
      const reason = `is about ${got} ms away (from its declared place), at most ${most} ms wanted`;
      return { reason, got: `${got} ms`, wanted: `${most} ms` };
    },
  },
  {
    field: "requirements.holds",
    wanted: ({ requirements }) => requirements.holds !== undefined,
    fits: ({ holds }, { requirements }) => (requirements.holds ?? []).every((hash) => holds.has(hash)),
    explain: ({ holds }, { requirements }) => {
      const wanted = requirements.holds ?? [];
      return tooFew(wanted.filter((hash) => holds.has(hash)).length, wanted.length, "of the contents named");
    },
  },
  {
    field: "workload.inference.sealedFor",
    wanted: ({ workload }) => workload.inference !== undefined,
    fits: ({ asset }, { workload }) => workload.inference?.sealedFor.includes(asset.node) === true,
    explain: ({ asset }, { workload }) => ({
      reason: "cannot open the input, which is sealed for other machines",
      got: asset.node,
      wanted: (workload.inference?.sealedFor ?? []).join(", "),
    }),
  },
];

/** ISO 3166-1's user-assigned code, which nodes use for "not said". */
const UNSAID = "ZZ";

function elsewhere(got: string, wanted: string) {
  const reason = got === "" || got === UNSAID ? "does not say where it is" : `is in ${got}`;
  return { reason: `${reason}, ${wanted} wanted`, got: got || "unknown", wanted };
}

function distanceMs({ asset }: Facts, { requirements }: Demand): number | undefined {
  const place = asset.manifest?.location;
  if (place === undefined || requirements.near === undefined) return undefined;
  const here = { latitude: place.latitudeMilli / 1000, longitude: place.longitudeMilli / 1000 };
  return roundTripMs(here, requirements.near);
}
