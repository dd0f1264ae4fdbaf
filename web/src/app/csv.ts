/** Tables as text (RFC 4180) that is read as a table and as nothing else, whatever the cells hold. */

export type Cell = string | number | null;

/** Put before a file that is to be opened with Excel: without it the letters of Vietnamese are taken for others. */
export const BOM = '\ufeff';

// A spreadsheet takes a cell that begins so for a formula, in its full-width form too; leading blanks do not keep it from that.
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u;

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const plain = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",;\r\n\t]|^\s|\s$/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** One line a row; each ends with CR LF. */
export function csvText(rows: Iterable<readonly Cell[]>): string {
  let text = '';
  for (const row of rows) text += `${row.map(cellText).join(',')}\r\n`;
  return text;
}
