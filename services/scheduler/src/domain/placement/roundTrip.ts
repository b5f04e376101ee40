const EARTH_RADIUS_KM = 6371;
/** Light in fibre covers about 200 km in a millisecond; there and back that is 100. */
const KM_PER_ROUND_TRIP_MS = 100;
/** Cables are longer than great circles; the usual factor of internet latency models. */
const DETOUR = 1.5;
/** Last mile and switching. */
const FIXED_MS = 4;

interface Point {
  latitude: number;
  longitude: number;
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/**
 * Estimated round trip between two points, whole milliseconds, from their great-circle distance (haversine). An estimate for
 * choosing between places, not a measurement.
 */
export function roundTripMs(from: Point, to: Point): number {
  const latitude = radians(to.latitude - from.latitude);
  const longitude = radians(to.longitude - from.longitude);
  const chord =
    Math.sin(latitude / 2) ** 2 +
    Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * Math.sin(longitude / 2) ** 2;
  const km = 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
  return Math.round((km * DETOUR) / KM_PER_ROUND_TRIP_MS) + FIXED_MS;
}
