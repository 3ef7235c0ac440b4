/* How the chosen output element comes about: patch ⊙ kernel = products for each channel, their sums, the bias, the value;
   or what is made of a window. */

const MOST_DRAWN = 400; // cells of a patch that are drawn
const MOST_TERMS = 6; // channels that are drawn before the reader asks for all

function workingOf(operation, words, element) {
  const { data, relation } = operation;
  let all = false;
  let current = null;
  let cells = new Map(); // products by "spot/other"

  element.addEventListener("click", (event) => {
    if (event.target.id !== "all-terms") return;
    all = !all;
    show(current);
    element.querySelector("#all-terms").focus();
  });

  function show(step) {
    current = step;
    cells = new Map();
    const title = make("h2", { id: "working-title" }, "How ", make("span", { class: "output" }, words.name(data.output, step.at)), " comes about");
    const terms = all ? step.terms : step.terms.slice(0, MOST_TERMS);
    const drawn = data.kind === "sum" ? terms.flatMap((term) => termElements(term, step)) : windowElements(step);
    const more = step.terms.length > MOST_TERMS
      ? [make("button", { type: "button", id: "all-terms", class: "quiet" }, all ? "show fewer" : `show all ${step.terms.length} ${data.parts}s`)]
      : [];
    const total = make("p", { class: "total" }, ...inline(words.equation(step, true)));
    element.replaceChildren(title, make("p", { class: "reads" }, reads(step)), ...drawn, ...more, total, ...noteOf(step));
  }

  /** Where the elements that meet are, axis by axis. */
  function reads(step) {
    const lists = relation.meetingsOf(step.at.slice(2));
    const { name } = data.source.drawn ? data.source : data.other;
    const source = name === "dy" ? name : `the ${name}`;
    if (lists.some((list) => !list.length)) return "nothing meets here, so it is an empty sum";
    const places = lists.map((list, axis) => {
      const found = list.map((meeting) => (meeting.kind === ON ? meeting.source + data.style.first : PAD));
      const shownPlaces = found.length > 8 ? [...found.slice(0, 3), "…", found.at(-1)] : found;
      return `${SPACE[lists.length][axis]}${found.length === 1 ? "" : "s"} ${shownPlaces.join(", ")}`;
    });
    return `reads ${places.join(" × ")} of ${source}`;
  }

  function termElements(term, step) {
    const name = step.terms.length > 1 ? words.part(term.channel) : "";
    const label = make("span", { class: "part" }, name);
    const gives = (value) => make("span", { class: "gives" }, "→ ", make("span", { class: "sum" }, words.number(value).text));
    if (!term.cells.length) return [];
    const slices = slicesOf(term);
    if (slices[0].cells.length > MOST_DRAWN) {
      return [make("div", { class: "term" }, label, make("span", { class: "note" }, `${term.cells.length.toLocaleString("en")} products, too many to draw here`), gives(term.sum))];
    }
    return slices.map((slice, number) => make("div", { class: "term" },
      number ? make("span", { class: "part" }) : label,
      ...(data.source.drawn
        ? [matrix(slice, "source"), make("span", { class: "sign" }, "⊙"), matrix(slice, "other"), make("span", { class: "sign" }, "="), matrix(slice, "product")]
        : [matrix(slice, "other")]),
      gives(slices.length > 1 ? sum(slice.cells.map((cell) => cell.product).filter((made) => made !== null)) : term.sum)));
  }

  function windowElements(step) {
    const [term] = step.terms;
    const slices = slicesOf(term);
    if (slices[0].cells.length > MOST_DRAWN) return [make("p", { class: "note" }, `a window of ${term.cells.length.toLocaleString("en")} cells, too large to draw here`)];
    const rows = slices.map((slice) => make("div", { class: "term" }, matrix(slice, "source", step.winner),
      ...(data.kind === "lp" ? [make("span", { class: "sign" }, data.power > 1 ? `→ |x|^${data.power} =` : "→ |x| ="), matrix(slice, "product")] : [])));
    return [...rows, make("p", { class: "outcome" }, ...inline(closing(step)))];
  }

  /** What follows a window: largest 3 at x[0,1]; sum 15 over 9 cells; sum 25, its root. */
  function closing(step) {
    if (data.kind === "max") {
      const { index } = aboutCell(step.winner);
      const first = step.equals > 1 ? `, the first of ${step.equals} that are as large` : "";
      return [["text", "the largest is "], ["output", words.number(step.winner.value).text], ["note", ` at ${words.name(data.source, index)}${first}`]];
    }
    if (data.kind === "avg") {
      const cellsSaid = data.divisor === null ? `${step.divisor} cells that count` : `${step.divisor}, as given`;
      return [["text", "sum "], ["sum", words.number(step.sum).text], ["text", ` over ${cellsSaid}`], ...words.outcome(step)];
    }
    const root = data.power > 1 ? `, and its ${data.power === 2 ? "square root" : data.power === 3 ? "cube root" : `${data.power}th root`}` : "";
    return [["text", "sum "], ["sum", words.number(step.sum).text], ["text", root], ...words.outcome(step)];
  }

  const aboutCell = (cell) => ({ index: unflat(data.source.shape, cell.source) });

  /** A term's cells in two axes: a volume slice by slice. */
  function slicesOf({ shape, cells: those }) {
    const [rows, columns] = shape.length > 1 ? shape.slice(-2) : [1, shape[0]];
    const size = rows * columns;
    return range(those.length / size).map((number) => ({ columns, cells: those.slice(number * size, (number + 1) * size) }));
  }

  const rowsOf = (cells, columns) => range(cells.length / columns).map((i) => cells.slice(i * columns, (i + 1) * columns));

  function matrix({ columns, cells: shownCells }, what, winner) {
    const names = { source: data.source.name, other: data.other?.name, product: data.kind === "lp" ? "powers" : "products" };
    const label = `${names[what]}: ${rowsOf(shownCells, columns).map((row) => row.map((cell) => textOf(cell, what)).join(", ")).join("; ")}`;
    const table = make("table", { class: `matrix ${what}`, role: "img", "aria-label": label });
    for (const row of rowsOf(shownCells, columns)) {
      table.append(make("tr", {}, ...row.map((cell) => {
        const made = make("td", { "data-spot": cell.spot, "data-other": cell.other }, textOf(cell, what));
        if (cell.kind !== ON && what !== "other") made.classList.add("padded");
        if (cell === winner) made.classList.add("won");
        const key = `${cell.spot}/${cell.other}`;
        cells.set(key, [...(cells.get(key) ?? []), made]);
        return made;
      })));
    }
    return table;
  }

  function textOf(cell, what) {
    if (what === "other") return words.number(cell.weight).text;
    if (what === "product") {
      if (cell.product === null) return NOTHING;
      return data.kind === "lp" && cell.kind !== ON ? words.padding(cell.kind, null) : words.number(cell.product).text;
    }
    if (cell.kind === ON) return words.number(cell.value).text;
    return words.padding(cell.kind, cell.value);
  }

  /** Where the engine, rounding as it goes, has another number than the exact one rounded once. */
  function noteOf(step) {
    const number = flat(data.output.shape, step.at);
    if (!isFloatType(data.arithmetic) || operation.isTouched(number)) return [];
    const engine = operation.value(number);
    if (Object.is(engine + 0, step.value + 0)) return [];
    return [make("p", { class: "note" }, `The engine, which rounds each time it adds, has ${exactText(engine)}; the exact sum rounded once is ${exactText(step.value)}.`)];
  }

  return {
    show,
    /** Mark the products in which some cells take part; without any, none. */
    mark(isMarked) {
      for (const [key, found] of cells) for (const cell of found) cell.classList.toggle("marked", isMarked(...key.split("/")));
    },
  };
}
