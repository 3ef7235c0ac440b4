/* The keyboard in the grids: one cell of each panel is what Tab comes to, and arrows go from it. */

/** Focus a cell of a panel, which is then the one that Tab comes back to. */
function focusOn(cell) {
  for (const other of cell.closest(".panel").querySelectorAll(".cell[tabindex='0']")) other.setAttribute("tabindex", "-1");
  cell.setAttribute("tabindex", "0");
  cell.focus();
}

/** Go from a cell where a key leads, past the edge of its grid into the next one; whether there was somewhere to go. */
function move(cell, key, isControl = false) {
  const table = cell.closest("table");
  const rowsOf = (grid) => (grid ? [...grid.tBodies[0].rows].map((row) => [...row.querySelectorAll(".cell")]) : []);
  const rows = rowsOf(table);
  const i = rows.findIndex((row) => row.includes(cell));
  const row = rows[i];
  const j = row.indexOf(cell);
  const tables = [...cell.closest(".panel").querySelectorAll("table")];
  const beside = (by) => rowsOf(tables[tables.indexOf(table) + by]);
  const found = {
    ArrowLeft: () => row[j - 1] ?? beside(-1)[i]?.at(-1),
    ArrowRight: () => row[j + 1] ?? beside(1)[i]?.[0],
    ArrowUp: () => rows[i - 1]?.[j] ?? beside(-1).at(-1)?.[j],
    ArrowDown: () => rows[i + 1]?.[j] ?? beside(1)[0]?.[j],
    Home: () => (isControl ? rows[0][0] : row[0]),
    End: () => (isControl ? rows.at(-1).at(-1) : row.at(-1)),
    PageUp: () => beside(-1)[i]?.[j],
    PageDown: () => beside(1)[i]?.[j],
  }[key]?.();
  if (found) focusOn(found);
  return Boolean(found);
}
