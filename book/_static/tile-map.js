// The tile map of all councils, drawn from the table of the same page (.er-rug): which column it
// shows, one stop for the keyboard with arrow keys between tiles, and a caption of the tile at hand.
// Without this script the map shows one column and each tile is a link.
"use strict";

function tileFill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// What a cell of the table holds, in the names that the labels use.
function tileValues(row, place, year) {
  const cell = row.cells[place];
  const text = (selector) => cell.querySelector(selector)?.textContent ?? "";
  return {
    css: cell.className,
    name: row.cells[0].textContent,
    region: row.cells[1].textContent,
    text: cell.textContent,
    value: text("b"),
    limits: text("small"),
    year: text("span") || year,
  };
}

// The nearest tile in the direction of an arrow key; none at the edge of the map.
function tileBeside(tiles, from, key) {
  const across = { ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0;
  const down = { ArrowUp: -1, ArrowDown: 1 }[key] ?? 0;
  let best = null;
  for (const tile of tiles) {
    const [x, y] = [tile.x - from.x, tile.y - from.y];
    const ahead = across ? across * x : down * y;
    // A step aside counts more than a step ahead; a row's own tiles come first.
    const far = ahead > 0 ? ahead + 3 * Math.abs(across ? y : x) : Infinity;
    if (far < (best?.far ?? Infinity)) best = { tile, far };
  }
  return best?.tile;
}

function makeTileMap(map, table) {
  const labels = JSON.parse(map.dataset.labels);
  const shows = map.querySelector("#er-tile-shows");
  const find = map.querySelector("#er-tile-find");
  const caption = map.querySelector(".er-tile-caption");
  const keys = map.querySelectorAll(".er-tile-key");
  const headings = [...table.tHead.rows[0].cells];
  const rows = new Map(
    [...table.tBodies[0].rows].map((row) => [row.querySelector("a").getAttribute("href"), row])
  );
  const tiles = [...map.querySelectorAll(".er-tiles a")].map((link) => {
    const { e: x, f: y } = link.transform.baseVal.consolidate().matrix;
    return { link, x, y, row: rows.get(link.getAttribute("href")) };
  });
  let current = tiles[0]; // the one stop for the keyboard
  let chosen = false;
  let touched = null;

  function sayCurrent(aloud) {
    if (!chosen) return;
    caption.setAttribute("aria-live", aloud ? "polite" : "off");
    const { name, region, limits, label } = current.values;
    const rest = label.slice(name.length);
    caption.textContent = `${name} (${region})${rest}${limits ? `; 95% interval ${limits}` : ""}.`;
  }

  function setCurrent(tile, aloud = false) {
    current.link.setAttribute("tabindex", "-1");
    current.link.classList.remove("er-current");
    current = tile;
    chosen = true;
    current.link.setAttribute("tabindex", "0");
    current.link.classList.add("er-current");
    sayCurrent(aloud);
  }

  function draw() {
    const place = headings.findIndex((heading) => heading.dataset.id === shows.value);
    for (const tile of tiles) {
      const values = tileValues(tile.row, place, headings[place].dataset.year);
      values.column = shows.selectedOptions[0].textContent.toLowerCase();
      const [shape, words] = labels[values.css];
      values.label = tileFill(words, values);
      tile.values = values;
      tile.link.setAttribute("class", values.css);
      tile.link.setAttribute("aria-label", values.label);
      const letter = values.text.startsWith("[") ? values.text[1] : values.text.split(" ")[0];
      tile.link.querySelector("text").textContent = shape || letter;
    }
    map.querySelector(".er-tile-said").textContent = shows.selectedOptions[0].dataset.said;
    keys.forEach((key, index) => {
      key.hidden = (index === 1) !== shows.value.startsWith("cells-");
    });
    if (chosen) setCurrent(current);
  }

  const tileOf = (event) => tiles.find((tile) => tile.link === event.target.closest("a"));
  // Not on the SVG itself: Chromium would let the Tab key stop at it.
  const frame = map.querySelector(".er-tiles");
  frame.addEventListener("focusin", (event) => {
    if (tileOf(event)) setCurrent(tileOf(event));
  });
  frame.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse" && tileOf(event)) setCurrent(tileOf(event));
  });
  // With a finger the first tap reads the tile, the second follows its link.
  frame.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch" && tileOf(event) !== current ? tileOf(event) : null;
  });
  frame.addEventListener("click", (event) => {
    if (touched) {
      event.preventDefault();
      setCurrent(touched);
    }
    touched = null;
  });
  frame.addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!tileOf(event)) return;
    event.preventDefault();
    tileBeside(tiles, current, event.key)?.link.focus();
  });

  for (const [index, tile] of tiles.entries()) {
    tile.link.setAttribute("tabindex", "-1");
    find.append(new Option(tile.row.cells[0].textContent, index));
  }
  current.link.setAttribute("tabindex", "0");
  find.addEventListener("change", () => {
    if (!find.value) return;
    setCurrent(tiles[find.value], true);
    const [own, whole] = [current.link.getBoundingClientRect(), frame.getBoundingClientRect()];
    frame.scrollLeft += own.left - whole.left - whole.width / 2;
  });
  const asked = new URLSearchParams(location.search).get("map");
  if ([...shows.options].some((option) => option.value === asked)) shows.value = asked;
  shows.addEventListener("change", () => {
    draw();
    const query = new URLSearchParams(location.search);
    query.set("map", shows.value);
    history.replaceState(null, "", `${location.pathname}?${query}${location.hash}`);
  });
  for (const part of [map.querySelector("form"), caption, map.querySelector(".er-tile-hint")]) {
    part.hidden = false;
  }
  frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2; // the middle of England first
  draw();
}

document.addEventListener("DOMContentLoaded", () => {
  const map = document.querySelector(".er-tile-map");
  const table = document.querySelector(".er-rug table");
  if (map && table) makeTileMap(map, table);
});
