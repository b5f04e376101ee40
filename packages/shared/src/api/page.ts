import { z } from "zod";

/** A whole number in a query string: digits and nothing else. */
export const wholeNumberSchema = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, "must be a whole number in digits")
    .transform(Number)
    .refine((number) => number >= min && number <= max, `must be from ${min} to ${max}`);

/** A query field that may be repeated: any of the values will do. */
export const anyOfSchema = <Schema extends z.ZodType>(value: Schema, max = 32) =>
  z
    .union([value.transform((one) => [one]), z.array(value).min(1).max(max)])
    .transform((values) => [...new Set(values as z.output<Schema>[])]);

/** What every list takes. `cursor` is `next` of the page before, with the same other fields. */
export const pageQuerySchema = z.strictObject({
  limit: wholeNumberSchema(1, 200).default(50),
  cursor: z.string().max(512).optional(),
});
export type PageQuery = z.infer<typeof pageQuerySchema>;

/** One page of a list; `next` is null on the last one. */
export const pageSchema = <Schema extends z.ZodType>(item: Schema) =>
  z.object({ items: z.array(item), next: z.string().nullable() });
export interface Page<Item> {
  items: Item[];
  next: string | null;
}
