/** The same value with every bigint as a decimal string, as JSON carries it. */
export type Wire<T> = T extends bigint
  ? string
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [Key in keyof T]: Wire<T[Key]> }
      : T;

/** Turns bigints into decimal strings, deeply; leaves all else as it is. */
export function toWire<T>(value: T): Wire<T> {
  if (typeof value === "bigint") return value.toString() as Wire<T>;
  if (Array.isArray(value)) return value.map((item) => toWire(item)) as Wire<T>;
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toWire(item)])) as Wire<T>;
  }
  return value as Wire<T>;
}
