// “My council”: a combobox with a list, as the ARIA Authoring Practices Guide describes it. Names and
// places come from this book, and only on a page that has the box. Without it a link leads to the list.
"use strict";

const councilNamesFile = new URL("../libraries/council-names.js", document.currentScript.src).href;
const councilRoot = new URL("../", document.currentScript.src);
const COUNCILS_SHOWN = 8;

// Letters and digits alone, so that "kings lynn" finds King’s Lynn and "stoke on trent" its council.
function plainPlace(text) {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f'’]/g, "")
    .toLowerCase()
    .replaceAll("&", " and ")
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}

function allPlaces(names) {
  return Object.entries(names).flatMap(([slug, [council, ...places]]) => [
    { slug, key: plainPlace(council), label: council, isCouncil: true },
    ...places.map((place) => ({ slug, key: plainPlace(place), label: `${place} – ${council}` })),
  ]);
}

// Those that begin so, then those with a word that does; councils before places.
function fittingPlaces(places, typed) {
  const whole = plainPlace(typed);
  const asked = whole.replace(
    /^(the )?((london|metropolitan|royal) )?(borough|city|county) of /,
    ""
  );
  const plain = asked.replace(/ (metropolitan )?(county |city |borough |district )?council$/, "");
  if (!plain) return [];
  const isExact = (key) => key === plain || key === whole; // “City of London” is a name
  const rank = ({ key, isCouncil }) =>
    (isExact(key) ? 0 : key.startsWith(plain) ? 2 : 4) + (isCouncil ? 0 : 1);
  return places
    .filter(({ key }) => ` ${key}`.includes(` ${plain}`))
    .map((place) => ({ ...place, exact: isExact(place.key), rank: rank(place) }))
    .sort((a, b) => a.rank - b.rank || a.label.localeCompare(b.label, "en"))
    .slice(0, COUNCILS_SHOWN);
}

// How many letters must be changed, added or left out to make one word of the other.
function lettersApart(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same));
    }
    row = next;
  }
  return row[other.length];
}

// For a name that is known nowhere: those that are spelled nearly so. Never exact, so that a person chooses.
function nearestPlaces(places, typed) {
  const plain = plainPlace(typed);
  const far = plain.length < 6 ? 1 : 2;
  if (plain.length < 4) return [];
  return places
    .filter(({ key }) => Math.abs(key.length - plain.length) <= far)
    .map((place) => ({ ...place, apart: lettersApart(plain, place.key) }))
    .filter(({ apart }) => apart <= far)
    .sort((a, b) => a.apart - b.apart || a.label.localeCompare(b.label, "en"))
    .slice(0, COUNCILS_SHOWN);
}

// Postcodes are thousands for each council; the government's site knows them.
function unknown(typed) {
  return /\d/.test(typed)
    ? "Postcodes are not known here; www.gov.uk/find-local-council names the council of one."
    : "No council or place of this name is known here.";
}

function makeMyCouncil(part, places) {
  const form = part.querySelector("form");
  const input = part.querySelector("input");
  const list = part.querySelector("[role=listbox]");
  const status = part.querySelector("[role=status]");
  let found = [];
  let isGuess = false; // nothing fits, and what is offered is spelled nearly so
  let active = -1;

  const go = ({ slug }) => {
    location.href = new URL(`councils/${slug}.html`, councilRoot).href;
  };

  function setActive(place) {
    active = place;
    [...list.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === active));
    });
    if (active < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  function open(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) setActive(-1);
  }

  function offer(offered) {
    found = offered;
    list.replaceChildren(
      ...found.map(({ label }, index) => {
        const option = document.createElement("li");
        option.id = `er-my-council-${index}`;
        option.setAttribute("role", "option");
        option.textContent = label;
        return option;
      })
    );
    open(found.length > 0);
    setActive(-1);
  }

  function suggest() {
    isGuess = false;
    offer(fittingPlaces(places, input.value));
    const one = found.length === 1 ? "1 suggestion" : `${found.length} suggestions`;
    status.textContent = found.length
      ? `${one}; the down arrow goes to them.`
      : input.value.trim() && unknown(input.value);
  }

  function submit() {
    if (!found.length) {
      offer(nearestPlaces(places, input.value));
      isGuess = found.length > 0;
    }
    const exact = found.filter((place) => place.exact);
    const councils = new Set(found.map(({ slug }) => slug));
    if (exact.length === 1 || (exact[0] && exact[0].isCouncil)) return go(exact[0]);
    if (councils.size === 1 && !isGuess) return go(found[0]);
    if (isGuess) {
      open(true);
      status.textContent = `${unknown(input.value)} Did you mean one of these?`;
    } else if (found.length) {
      open(true);
      status.textContent = "More than one fits. Choose from the list.";
    } else {
      status.textContent = input.value.trim()
        ? `${unknown(input.value)} The list of all councils may help.`
        : "Type the name of a council, a district or a town.";
    }
    input.focus();
  }

  input.addEventListener("input", suggest);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length && !event.altKey) {
      event.preventDefault();
      if (list.hidden) open(true);
      // One step before the first option lies the box itself.
      const places = found.length + 1;
      setActive(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      go(found[active]);
    } else if (event.key === "Escape") {
      if (list.hidden) input.value = "";
      open(false);
    }
  });
  input.addEventListener("blur", () => open(false));
  // The box keeps the focus while the list is pressed.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const place = [...list.children].indexOf(event.target.closest("[role=option]"));
    if (place >= 0) go(found[place]);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  form.hidden = false;
  if (input.value) suggest(); // what a browser kept from before
}

document.addEventListener("DOMContentLoaded", () => {
  const part = document.querySelector(".er-my-council");
  if (!part) return;
  const script = document.createElement("script");
  script.src = councilNamesFile;
  script.onload = () => makeMyCouncil(part, allPlaces(window.councilNames));
  document.head.append(script);
});
