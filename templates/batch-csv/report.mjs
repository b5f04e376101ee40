/**
 * JSON with sorted keys and no spaces: the same content has the same bytes, so that its hash can be compared.
 *
 * @param {unknown} value - plain JSON values
 * @returns {string}
 */
export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
}

/**
 * @typedef {{ low: number, high: number }} Interval
 * @typedef {{ count: number, missing: number, min: number, max: number, mean: number, standardDeviation: number | null,
 *   quartiles: { q1: number, median: number, q3: number }, mean95: Interval }} ColumnSummary
 * @typedef {{ rows: number, columns: Record<string, ColumnSummary>, textColumns: string[] }} FileSummary
 * @typedef {{ method: { quartiles: string, standardDeviation: string, mean95: string, resamples: number, seed: string },
 *   files: Record<string, FileSummary> }} Summary
 */

/** @param {number | null} value - six significant digits, without an exponent where a person would not write one */
function figure(value) {
  return value === null ? "-" : String(Number(value.toPrecision(6)));
}

/** @param {string} text - a pipe would end the table's cell, a line break its row */
function cell(text) {
  return text.replaceAll("|", "\\|").replace(/\s+/g, " ");
}

/**
 * @param {Summary} summary
 * @returns {string} Markdown
 */
export function markdown({ method, files }) {
  const parts = ["# Summary", ""];
  for (const [file, { rows, columns, textColumns }] of Object.entries(files)) {
    parts.push(`## ${cell(file)}: ${rows} rows`, "");
    const names = Object.keys(columns);
    if (names.length > 0) {
      parts.push(
        "| column | count | missing | min | q1 | median | q3 | max | mean | 95% interval of the mean | std. dev. |",
      );
      parts.push("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    }
    for (const [name, it] of Object.entries(columns)) {
      const { q1, median, q3 } = it.quartiles;
      const figures = [it.count, it.missing, it.min, q1, median, q3, it.max, it.mean].map(figure);
      const interval = `${figure(it.mean95.low)} to ${figure(it.mean95.high)}`;
      parts.push(`| ${[cell(name), ...figures, interval, figure(it.standardDeviation)].join(" | ")} |`);
    }
    if (names.length > 0) parts.push("");
    if (textColumns.length > 0) parts.push(`Not numeric: ${textColumns.map(cell).join(", ")}.`, "");
  }
  parts.push(
    `Quartiles: ${method.quartiles}. Standard deviation: ${method.standardDeviation}. Interval: ${method.mean95}, ` +
      `${method.resamples} resamples, seed "${cell(method.seed)}". Figures here are rounded to six digits; summary.json has all of them.`,
    "",
  );
  return parts.join("\n");
}
