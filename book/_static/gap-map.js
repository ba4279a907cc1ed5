// Filters of the gap map. The page holds every placement as a list item with data-* attributes;
// choosing a filter hides the others and works out the strength of each cell again, by the rule of
// scripts/evidence_review/analyse/gap_map.py. The view lives in the address, so that it can be shared.
"use strict";

function strengthOf(found, full) {
  if (found === 0) return "none";
  if (full === 0) return "limited";
  return full === 1 ? "single" : "several";
}

function sourcesIn(number) {
  return number === 1 ? "1 source" : `${number} sources`;
}

function passes(item, chosen) {
  if (chosen.sources === "report" && item.dataset.origin !== "report") return false;
  return ["kind", "level", "extent", "confidence", "today"].every(
    (name) => !chosen[name] || item.dataset[name] === chosen[name]
  );
}

function showCells(table, chosen) {
  const words = JSON.parse(table.dataset.words);
  const total = { cells: 0, placements: 0, shown: 0, withEvidence: 0 };
  for (const cell of table.querySelectorAll("td")) {
    let found = 0;
    let full = 0;
    for (const item of cell.querySelectorAll("li")) {
      const shown = passes(item, chosen);
      item.hidden = !shown;
      found += shown ? 1 : 0;
      full += shown && item.dataset.extent === "full" ? 1 : 0;
      total.placements += chosen.sources === "all" || item.dataset.origin === "report" ? 1 : 0;
    }
    const strength = strengthOf(found, full);
    cell.className = `er-strength-${strength}`;
    cell.querySelector(".er-symbol").textContent = words[strength][0];
    cell.querySelector(".er-text").textContent = words[strength][1];
    const details = cell.querySelector("details");
    if (details) {
      details.hidden = found === 0;
      details.querySelector(".er-count").textContent = sourcesIn(found);
    }
    total.cells += 1;
    total.shown += found;
    total.withEvidence += found > 0 ? 1 : 0;
  }
  return total;
}

// The frames that matter most to the reader come first, in the page itself and not only to the eye,
// so that keyboard and screen reader meet them in the same order.
function orderFrames(table, first) {
  const rank = (cell) => {
    const place = first.indexOf(cell.dataset.frame);
    return place < 0 ? first.length : place;
  };
  for (const row of table.rows) {
    const cells = Array.from(row.querySelectorAll("[data-frame]"));
    cells.sort((a, b) => rank(a) - rank(b) || a.dataset.frame.localeCompare(b.dataset.frame));
    row.append(...cells);
  }
  for (const heading of table.querySelectorAll("th[data-frame]")) {
    heading.querySelector(".er-mark").hidden = !first.includes(heading.dataset.frame);
  }
}

function readForm(form) {
  return Object.fromEntries(new FormData(form).entries());
}

function fromAddress(form) {
  for (const [name, value] of new URLSearchParams(location.search)) {
    const select = form.elements.namedItem(name);
    const known = select && Array.from(select.options).some((option) => option.value === value);
    if (known) select.value = value;
  }
}

function toAddress(form) {
  const query = new URLSearchParams();
  for (const select of form.querySelectorAll("select")) {
    const usual = Array.from(select.options).find((option) => option.defaultSelected);
    if (select.value !== (usual ? usual.value : "")) query.set(select.name, select.value);
  }
  const text = query.toString();
  history.replaceState(null, "", location.pathname + (text ? `?${text}` : "") + location.hash);
}

function show(form, table, status) {
  const chosen = readForm(form);
  const reader = form.elements.namedItem("reader").selectedOptions[0];
  orderFrames(table, (reader.dataset.frames || "").split(";").filter(Boolean));
  const total = showCells(table, chosen);
  const first = reader.value
    ? ` The frames that matter most to this reader come first: ${reader.textContent}.`
    : "";
  status.textContent =
    `Showing ${total.shown} of ${total.placements} placements of sources: ` +
    `${total.withEvidence} of ${total.cells} cells have evidence.${first}`;
}

function start() {
  const form = document.querySelector("form.er-filters");
  const table = document.querySelector(".er-map table[data-words]");
  if (!form || !table) return;
  const status = document.querySelector(".er-status");
  form.hidden = false;
  fromAddress(form);
  show(form, table, status);
  const changed = () => {
    show(form, table, status);
    toAddress(form);
  };
  form.addEventListener("change", changed);
  // The form's own values change only after the event.
  form.addEventListener("reset", () => setTimeout(changed));
  form.addEventListener("submit", (event) => event.preventDefault());
}

if (document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", start);
} else {
  start();
}
