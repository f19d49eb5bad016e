/** With what spreadsheets take a cell for a formula, in their full-width forms as well. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;
const plainNumber = /^-?\d+(\.\d+)?$/;

/** A cell that no spreadsheet calculates: what looks like a formula gets an apostrophe in front, numbers stay numbers. */
export function escapeFormula(cell: string): string {
  return formula.test(cell) && !plainNumber.test(cell) ? `'${cell}` : cell;
}
