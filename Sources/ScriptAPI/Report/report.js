"use strict";
for (const table of document.querySelectorAll("table")) {
  const head = table.tHead, body = table.tBodies[0], isData = table.className === "data";
  if (!head || !body || body.rows.length === 0 || body.rows.length === 1) continue;
  const key = (row, at) => {
    const cell = row.cells[at], data = cell.querySelector("data");
    const text = data ? data.value : cell.textContent.trim();
    const number = Number(text.replace(/[,%+]/g, "").replace("\u2212", "-"));
    return text === "\u2013" || text === "" ? null : cell.className === "n" || (isData ? at !== 0 : false) ? number : text;
  };
  const order = (a, b) => typeof a === "number" ? a - b : a.localeCompare(b, undefined, { numeric: true });
  [...head.rows[0].cells].forEach((cell, at) => {
    if (cell.className === "plain") return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...cell.childNodes);
    cell.append(button);
    button.addEventListener("click", () => {
      const down = cell.getAttribute("aria-sort") === "descending" ? 1 : -1;
      const keyed = [...body.rows].map((row) => [key(row, at), row]);
      keyed.sort(([a], [b]) => a === null || b === null ? (a === null) - (b === null) : down * order(a, b));
      for (const other of head.rows[0].cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down === 1 ? "ascending" : "descending");
      body.append(...keyed.map(([, row]) => row));
    });
  });
}
