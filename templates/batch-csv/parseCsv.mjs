import { CsvError } from "./CsvError.mjs";

/**
 * @typedef {{ line: number, cells: string[] }} Row - `line` is where the row begins, counted from 1
 * @typedef {{ header: string[], rows: Row[] }} Table
 */

/**
 * Splits RFC 4180 text into rows: quoted cells may hold commas, doubled quotes and line ends. Empty lines are skipped.
 *
 * @param {string} text
 * @param {string} file - for messages
 * @returns {Row[]}
 */
function splitRows(text, file) {
  /** @type {Row[]} */
  const rows = [];
  let line = 1;
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length) {
    /** @type {Row} */
    const row = { line, cells: [] };
    for (;;) {
      let cell = "";
      if (text[at] === '"') {
        const opened = line;
        at++;
        for (;;) {
          const close = text.indexOf('"', at);
          if (close === -1) throw new CsvError(file, opened, "a quoted cell is opened and never closed");
          const part = text.slice(at, close);
          cell += part;
          line += part.split("\n").length - 1;
          at = close + 1;
          if (text[at] !== '"') break;
          cell += '"';
          at++;
        }
        if (at < text.length && !",\r\n".includes(text[at] ?? "")) {
          throw new CsvError(
            file,
            line,
            `${JSON.stringify(text[at])} follows a closing quote; expected a comma or the end of the line`,
          );
        }
      } else {
        const start = at;
        while (at < text.length && !",\r\n".includes(text[at] ?? "")) at++;
        cell = text.slice(start, at);
        if (cell.includes('"'))
          throw new CsvError(file, line, `a quote inside the unquoted cell ${JSON.stringify(cell)}`);
      }
      row.cells.push(cell);
      if (text[at] !== ",") break;
      at++;
    }
    if (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    line++;
    if (row.cells.length > 1 || row.cells[0] !== "") rows.push(row);
  }
  return rows;
}

/**
 * Reads a CSV file with a header line.
 *
 * @param {Uint8Array} bytes - UTF-8
 * @param {string} file - for messages
 * @returns {Table}
 * @throws {CsvError} naming the file and the line
 */
export function parseCsv(bytes, file) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CsvError(file, 1, "the file is not UTF-8 text");
  }
  const zero = text.indexOf("\0");
  if (zero !== -1) {
    throw new CsvError(file, text.slice(0, zero).split("\n").length, "a zero byte: this is not a text file");
  }
  const [first, ...rows] = splitRows(text, file);
  if (!first) throw new CsvError(file, 1, "the file is empty; expected a line with column names");
  const header = first.cells.map((name) => name.trim());
  for (const [index, name] of header.entries()) {
    if (name === "") throw new CsvError(file, first.line, `column ${index + 1} has no name`);
    if (header.indexOf(name) !== index)
      throw new CsvError(file, first.line, `two columns are named ${JSON.stringify(name)}`);
  }
  for (const { line, cells } of rows) {
    if (cells.length !== header.length) {
      throw new CsvError(file, line, `${cells.length} cells where the header has ${header.length}`);
    }
  }
  return { header, rows };
}
