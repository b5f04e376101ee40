/** A file that cannot be read as CSV: its message names the file and the line. */
export class CsvError extends Error {
  /**
   * @param {string} file
   * @param {number} line - counted from 1, as editors do
   * @param {string} problem
   */
  constructor(file, line, problem) {
    super(`${file}, line ${line}: ${problem}`);
    this.name = "CsvError";
  }
}
