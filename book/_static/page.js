// What the page around the review's own parts needs beside the theme's scripts. The page is whole
// without it. The numbers are success criteria of WCAG 2.2.
"use strict";

// What scrolls sideways inside the page says so while it does: on a narrow screen nothing else shows
// that a table goes on. A screen reader reads all of it anyway.
function makeCue(scroller) {
  const cue = document.createElement("p");
  cue.className = "er-cue";
  cue.setAttribute("aria-hidden", "true");
  const whole = scroller.querySelector("table") ? "all columns" : "all of it";
  cue.textContent = `Scroll sideways to see ${whole}`;
  scroller.before(cue);
  const say = () => {
    const hidden = scroller.scrollWidth - scroller.clientWidth;
    cue.hidden = hidden < 2;
    scroller.classList.toggle("er-more-before", scroller.scrollLeft > 1);
    scroller.classList.toggle("er-more-after", scroller.scrollLeft < hidden - 1);
  };
  scroller.addEventListener("scroll", say, { passive: true });
  const sizes = new ResizeObserver(say);
  sizes.observe(scroller);
  sizes.observe(scroller.firstElementChild);
}

// The theme takes the focus away from its buttons when they are pressed, so that with a keyboard
// nobody sees any more where they are, and a closed dialog gives the focus to nobody (2.4.3, 2.4.7).
function keepFocus(button) {
  button.blur = () => {};
}

// Whether the contents are open was to be seen only (4.1.2).
function sayWhetherOpen(toggle, sidebar) {
  const wide = matchMedia("(min-width: 992px)");
  const say = () => {
    const open = wide.matches && !sidebar.classList.contains("pst-sidebar-hidden");
    toggle.setAttribute("aria-expanded", String(open));
  };
  wide.addEventListener("change", say);
  new MutationObserver(say).observe(sidebar, { attributeFilter: ["class"] });
  say();
}

// Which colours are on was to be seen from an icon only (1.1.1, 4.1.2).
function sayColours(buttons) {
  const words = { auto: "as on your device", light: "light", dark: "dark" };
  const root = document.documentElement;
  const say = () => {
    for (const button of buttons) {
      button.setAttribute("aria-label", `Colours: ${words[root.dataset.mode] ?? words.auto}`);
      button.title = button.getAttribute("aria-label");
    }
  };
  new MutationObserver(say).observe(root, { attributeFilter: ["data-mode"] });
  say();
}

// How many pages a search found was not said (4.1.3).
function sayFound(results) {
  new MutationObserver(() => {
    results.querySelector(".search-summary:not([role])")?.setAttribute("role", "status");
  }).observe(results, { childList: true });
}

document.addEventListener("DOMContentLoaded", () => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  all(".er-table, .er-map, .er-tiles, .pst-scrollable-table-container").forEach(makeCue);
  all(".theme-switch-button, .search-button, .primary-toggle, .secondary-toggle").forEach(keepFocus);
  sayColours(all(".theme-switch-button"));
  all(".primary-toggle").forEach((toggle) => {
    sayWhetherOpen(toggle, document.getElementById("pst-primary-sidebar"));
  });
  all("#search-results").forEach(sayFound);
});
