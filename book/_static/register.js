// The register of sources: search and sort. The table is whole without this script. DataTables is
// fetched from this book, and only on a page that has a register.
"use strict";

const registerLibrary = new URL("../libraries/datatables.js", document.currentScript.src).href;

function loadLibrary(address) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
}

async function makeRegister(register) {
  await loadLibrary(registerLibrary);
  const { default: DataTable } = window.dataTablesLibrary;
  const controls = register.querySelector(".er-register-controls");
  const search = controls.querySelector("input");
  const status = controls.querySelector("[role=status]");
  const cells = [...register.querySelectorAll("thead th")];
  const headings = cells.map((cell) => cell.textContent.trim());
  const table = new DataTable(register.querySelector("table"), {
    paging: false,
    autoWidth: false,
    order: [],
    // The search box and the status stand above the table, outside the part that scrolls sideways.
    layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null },
    language: {
      zeroRecords: "Nothing found",
      aria: {
        orderable: ": sort",
        orderableReverse: ": sort the other way round",
        orderableRemove: ": back to the first order",
      },
    },
  });

  // The button in a heading has a name of its own, which the heading must not say a second time.
  cells.forEach((cell, place) => cell.setAttribute("aria-label", headings[place]));

  // What changed, said once: a screen reader reads a status when its text changes.
  function say() {
    const info = table.page.info();
    const shown = `${info.recordsDisplay} of ${info.recordsTotal} ${register.dataset.noun}`;
    const sorted = table
      .order()
      .filter(([, direction]) => direction)
      .map(([column, direction]) => {
        const way = direction === "asc" ? "ascending" : "descending";
        return `sorted by ${headings[column].toLowerCase()}, ${way}`;
      });
    status.textContent = [shown, ...sorted].join("; ");
  }

  search.addEventListener("input", () => table.search(search.value).draw());
  table.on("draw", say);
  controls.hidden = false;
  say();
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".er-register").forEach(makeRegister);
});
