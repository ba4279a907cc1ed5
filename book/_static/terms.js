// Shows the meaning of a word of the glossary beside it: on hover, on focus and on the first tap.
// Escape hides it, and it stays while the pointer is on it. Without this script, the words are links.
"use strict";

(() => {
  const GAP = 6; // pixels between word and meaning
  const DELAY = 150; // milliseconds to cross that gap
  let shown = null; // the word whose meaning is in sight
  let hiding = 0;

  const meaningOf = (word) => document.getElementById(word.getAttribute("aria-describedby"));

  function show(word) {
    clearTimeout(hiding);
    if (shown === word) return;
    hide();
    const meaning = meaningOf(word);
    meaning.hidden = false;
    place(word, meaning);
    shown = word;
  }

  function hide() {
    clearTimeout(hiding);
    if (shown) meaningOf(shown).hidden = true;
    shown = null;
  }

  function hideSoon() {
    clearTimeout(hiding);
    hiding = setTimeout(() => {
      if (document.activeElement !== shown) hide();
    }, DELAY);
  }

  // Below the word where there is room, else above it; never past the edge of the window.
  function place(word, meaning) {
    const at = word.getClientRects()[0];
    const size = meaning.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const left = Math.max(GAP, Math.min(at.left, width - size.width - GAP));
    const below = at.bottom + GAP + size.height <= window.innerHeight || at.top < size.height + GAP;
    const top = below ? at.bottom + GAP : at.top - GAP - size.height;
    meaning.style.left = `${left + window.scrollX}px`;
    meaning.style.top = `${top + window.scrollY}px`;
  }

  function prepare(word, number) {
    const meaning = document.createElement("div");
    meaning.id = `er-meaning-${number}`;
    meaning.className = "er-meaning";
    meaning.role = "tooltip";
    meaning.hidden = true;
    meaning.textContent = word.dataset.definition;
    document.body.append(meaning);
    word.setAttribute("aria-describedby", meaning.id);

    let wasShown = false; // before the finger came down
    let touched = false;
    word.addEventListener("pointerdown", (event) => {
      touched = event.pointerType === "touch";
      wasShown = shown === word;
    });
    word.addEventListener("click", (event) => {
      if (touched && !wasShown) event.preventDefault(); // the second tap leads to the glossary
      if (touched) show(word);
    });
    word.addEventListener("focus", () => show(word));
    word.addEventListener("blur", hide);
    for (const part of [word, meaning]) {
      part.addEventListener("pointerenter", (event) => {
        if (event.pointerType !== "touch") show(word);
      });
      part.addEventListener("pointerleave", (event) => {
        if (event.pointerType !== "touch") hideSoon();
      });
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  document.addEventListener("pointerdown", (event) => {
    if (shown && event.target !== shown && !meaningOf(shown).contains(event.target)) hide();
  });
  window.addEventListener("resize", hide);

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".er-term[data-definition]").forEach(prepare);
  });
})();
