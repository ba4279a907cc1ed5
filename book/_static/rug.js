// The table of all councils: search by name, filters, a choice of columns, and an order by name,
// region or type. There is no order by value: that would be a ranking. The table is whole without
// this script. The view lives in the address, so that it can be shared.
"use strict";

const rugFacts = 3; // columns that say who a council is: name, region, type

function rugOrder(rows, column) {
  const compare = (a, b, place) =>
    a.cells[place].textContent.localeCompare(b.cells[place].textContent, "en");
  return rows.sort((a, b) => compare(a, b, column) || compare(a, b, 0));
}

function makeRug(form, rug) {
  const status = document.querySelector(".er-rug-status");
  const table = rug.querySelector("table");
  const headings = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  const order = form.elements.namedItem("order");

  function sort() {
    table.tBodies[0].append(...rugOrder(rows, Number(order.value)));
    headings.slice(0, rugFacts).forEach((heading, place) => {
      heading.setAttribute("aria-sort", place === Number(order.value) ? "ascending" : "none");
    });
  }

  function show() {
    const chosen = Object.fromEntries(new FormData(form));
    const wanted = chosen.name.trim().toLowerCase();
    const visible = headings.map(
      ({ dataset }) =>
        !dataset.id ||
        chosen.columns === "all" ||
        dataset.id === chosen.columns ||
        dataset.in.split(" ").includes(chosen.columns)
    );
    let found = 0;
    for (const row of [table.tHead.rows[0], ...rows]) {
      [...row.cells].forEach((cell, place) => {
        cell.hidden = !visible[place];
      });
      if (row.parentNode === table.tHead) continue;
      const [name, region, type] = [...row.cells].map((cell) => cell.textContent);
      row.hidden =
        !name.toLowerCase().includes(wanted) ||
        (chosen.region && chosen.region !== region) ||
        (chosen.type && chosen.type !== type);
      found += row.hidden ? 0 : 1;
    }
    rug.classList.toggle("er-with-intervals", chosen.intervals === "yes");
    const columns = visible.filter(Boolean).length - rugFacts;
    status.textContent =
      `${found} of ${rows.length} councils; ${columns} of ${headings.length - rugFacts} columns; ` +
      `${order.selectedOptions[0].textContent.toLowerCase()}.`;
  }

  function fromAddress() {
    for (const [name, value] of new URLSearchParams(location.search)) {
      const control = form.elements.namedItem(name);
      if (!control) continue;
      if (control.type === "checkbox") control.checked = value === control.value;
      else if (control.type === "search") control.value = value;
      else if ([...control.options].some((option) => option.value === value)) control.value = value;
    }
  }

  function toAddress() {
    const query = new URLSearchParams(location.search);
    for (const control of form.elements) {
      if (!control.name) continue;
      const usual = control.options && [...control.options].find((one) => one.defaultSelected);
      const value = control.type === "checkbox" && !control.checked ? "" : control.value;
      if (value === (usual ? usual.value : "")) query.delete(control.name);
      else query.set(control.name, value);
    }
    const text = query.toString();
    history.replaceState(null, "", location.pathname + (text ? `?${text}` : "") + location.hash);
  }

  const changed = () => {
    show();
    toAddress();
  };
  order.addEventListener("change", sort);
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The form's own values change only after the event.
  form.addEventListener("reset", () => {
    setTimeout(() => {
      sort();
      changed();
    });
  });
  form.hidden = false;
  fromAddress();
  sort();
  show();
}

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form.er-rug-choices");
  const rug = document.querySelector(".er-rug");
  if (form && rug) makeRug(form, rug);
});
