const EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" ");

/** Groups of countries that a buyer may name in place of each member (ISO 3166-1 alpha-2). */
const groups: Readonly<Record<string, readonly string[]>> = { EU, EEA: [...EU, "IS", "LI", "NO"] };

/** Whether a country is one of these, or in a group that is. */
export function isInJurisdiction(country: string, jurisdictions: readonly string[]): boolean {
  return jurisdictions.some((each) => each === country || groups[each]?.includes(country) === true);
}
