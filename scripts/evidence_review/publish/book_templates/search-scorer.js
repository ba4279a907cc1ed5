// How the search ranks pages: by how well what was asked fits a name of the page (its title, a place in
// a council, an abbreviation, a question; search_names.py writes them into the index), then as Sphinx
// does. Sphinx's search reads this in place of its own Scorer.
var Scorer = (() => {
  // What people add to a name, or leave out.
  const ADDED = new Set(
    "a an and authority borough city council councils county district figures in local london metropolitan of royal the unitary".split(" ")
  );
  const NEEDS_WORDS = 3; // a question may be asked in other words, when there are enough of them
  const MOST_WORDS = 0.6;
  let asked = null;
  let names = null;

  const plain = (text) =>
    text
      .normalize("NFKD")
      .replace(/[\u0300-\u036f'’]/g, "")
      .toLowerCase()
      .replaceAll("&", " and ")
      .replace(/[^a-z0-9]+/g, " ")
      .trim();

  function parts(text) {
    const whole = plain(text);
    const stemmer = new Stemmer();
    const all = whole.split(" ").filter((word) => word);
    const own = all.filter((word) => !ADDED.has(word));
    const words = new Set((own.length ? own : all).map((word) => stemmer.stemWord(word)));
    return { whole, words };
  }

  function prepare() {
    asked = parts(new URLSearchParams(location.search).get("q") ?? "");
    const { docnames, titles, names: told = [] } = Search._index;
    names = new Map(docnames.map((page, place) => [page, [[titles[place], 0, ""]]]));
    for (const [place, ...name] of told) names.get(docnames[place]).push(name);
    for (const [page, those] of names) {
      names.set(page, those.map(([name, weight, place]) => ({ name, weight, place, ...parts(name) })));
    }
  }

  function fit({ whole, words }) {
    if (whole === asked.whole) return 1000;
    const both = [...asked.words].filter((word) => words.has(word)).length;
    if (!both) return 0;
    if (both === words.size) return both === asked.words.size ? 900 : 500 + 20 * both;
    if (both === asked.words.size) return (300 * both) / words.size;
    const enough = asked.words.size >= NEEDS_WORDS && both / asked.words.size >= MOST_WORDS;
    return enough ? (100 * both) / asked.words.size : 0;
  }

  function score(result) {
    if (!names) prepare();
    const [page, , anchor, , ownScore] = result;
    const own = names.get(page);
    // All areas have the same headings: one result for each area is enough.
    if (anchor && /^(councils|areas)\//.test(page)) [result[1], result[2]] = [own[0].name, ""];
    else if (anchor) return ownScore;
    let best = { points: 0 };
    for (const name of own) {
      const found = fit(name);
      if (found && found + name.weight > best.points) {
        best = { ...name, points: found + name.weight, found };
      }
    }
    // Say by which name a page was found that its title does not tell.
    if (best.found >= 200 && !own[0].whole.includes(best.whole)) {
      result[1] = `${own[0].name} – ${best.name.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)}`;
      if (best.place) result[2] = `#${best.place}`;
    }
    return best.points + ownScore;
  }

  // The rest as Sphinx has it.
  return {
    score,
    objNameMatch: 11,
    objPartialMatch: 6,
    objPrio: { 0: 15, 1: 5, 2: -5 },
    objPrioDefault: 0,
    title: 15,
    partialTitle: 7,
    term: 5,
    partialTerm: 2,
  };
})();
