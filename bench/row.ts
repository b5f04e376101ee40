/** One line of a benchmark table. */
export interface Row {
  what: string;
  value: string;
  /** Beside the baseline of the same run. */
  ratio: string;
}
