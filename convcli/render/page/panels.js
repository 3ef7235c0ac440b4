/* The tensors on the page: a panel for each, in it a sheet for each channel and slice that is shown. Sheets that are not
   shown are not in the page. */

const ROOM = 34; // lines of cells that one panel draws below each other, unless a single sheet has more
const LARGE = 16; // lines, either way, from which a sheet is scrolled in a frame of its own
const BESIDE = 6; // slices that are drawn beside each other
const ACROSS = 12; // columns of cells that sheets of several channels have beside each other
const FEW = 4; // sheets that are always drawn below each other
const WIDEST = 13; // characters of a number up to which a column grows

/** The shape that a tensor is drawn in: the source with its padding. */
const drawnShape = ({ relation, tensors, output }, role) =>
  role === "source" ? relation.drawn : role === "output" ? output.shape : tensors[role].shape;

/** What a tensor is called above its panel: input is Input, but dy is dy. */
const titleOf = ({ name, symbol }) => (name === symbol ? name : name[0].toUpperCase() + name.slice(1));

function panelOf(operation, words, role) {
  const { data, relation } = operation;
  const tensor = role === "output" ? operation.output : operation.tensors[role];
  const shape = drawnShape(operation, role);
  const space = role === "bias" ? shape : shape.slice(2);
  const [rows, columns] = space.length > 1 ? space.slice(-2) : [1, space[0]];
  const body = make("div", { class: "sheets" });
  const subtitle = make("p", { class: "subtitle" });
  const pager = make("div", { class: "pager", hidden: true });
  const title = make("h2", { id: `${role}-title` }, titleOf(tensor), " ", make("span", { class: "shape" }, tensor.given));
  const element = make("section", { class: `panel ${tensor.role}`, "aria-labelledby": title.id }, title, subtitle, pager, body);
  const cells = new Map(); // what is in the page, by the number of the cell in the drawn shape
  const written = new Map(); // what it says
  let [start, sheets, parts, common, drawn, shownAt, isStale] = [0, [], [], [], null, null, true];

  const outer = role === "bias" ? [[]] : [...choices(space.slice(0, -2).map(range))];
  let focused = null; // the cell that had the focus when its sheet was taken away
  let [beside, many] = [1, 1]; // how many sheets are drawn beside each other, and in all

  /** The sheets that have to do with an output element, and which of them take part in it. */
  function sheetsOf(at) {
    if (role === "bias") return { leads: [[]], taking: [""] };
    if (role === "output") return { leads: [...choices(shape.slice(0, 2).map(range))], taking: [String(at.slice(0, 2))] };
    const leads = distinct(relation.leads("out", at.slice(0, 2)).map((lead) => lead[role]));
    const taking = leads.map(String);
    const isOneItem = role === "source" && leads.every(([a]) => a === leads[0][0]);
    return { leads: isOneItem ? range(shape[1]).map((b) => [leads[0][0], b]) : leads, taking };
  }

  function show(at) {
    const { leads, taking } = sheetsOf(at);
    sheets = leads.flatMap((lead) => outer.map((slice) => [...lead, ...slice]));
    parts = taking;
    beside = outer.length > 1 ? Math.min(outer.length, BESIDE) : sheets.length > FEW ? Math.max(Math.floor(ACROSS / (columns + 1)), 1) : 1;
    many = Math.max(Math.floor(ROOM / (rows + 2)), 1) * beside;
    const isShown = (sheet, i) => i >= start && i < start + many;
    const takesPart = (sheet) => taking.includes(String(sheet.slice(0, 2))) || role === "bias";
    const wanted = (sheet) => takesPart(sheet) && (role !== "output" || String(sheet.slice(2)) === String(at.slice(2, -2)));
    const isNew = String(at) !== shownAt; // else the reader has turned to other sheets
    shownAt = String(at);
    if (isNew && !sheets.some((sheet, i) => wanted(sheet) && isShown(sheet, i))) start = startOf(sheets.findIndex(wanted));
    start = Math.min(start, startOf(sheets.length - 1));
    draw();
  }

  const startOf = (sheet) => Math.floor(sheet / many) * many;

  function draw() {
    const shownNow = sheets.slice(start, start + many);
    if (drawn !== shownNow.join("|")) {
      if (element.contains(document.activeElement)) focused = Number(document.activeElement.dataset.key);
      drawn = shownNow.join("|");
      common = [0, 1].filter((axis) => sheets.every((sheet) => sheet[axis] === sheets[0][axis]));
      subtitle.textContent = role === "bias" ? "" : words.lead(tensor, sheets[0], common);
      body.style.setProperty("--beside", Math.min(beside, shownNow.length));
      cells.clear();
      written.clear();
      isStale = true;
      body.replaceChildren(...shownNow.map(sheetElement));
      (cells.get(focused) ?? cells.values().next().value).setAttribute("tabindex", "0");
      if (document.activeElement === document.body) cells.get(focused)?.focus({ preventScroll: true });
    }
    for (const [i, sheet] of shownNow.entries()) {
      body.children[i].classList.toggle("aside", role === "source" && !parts.includes(String(sheet.slice(0, 2))));
    }
    pager.hidden = sheets.length <= many;
    if (!pager.hidden) {
      const last = Math.min(start + many, sheets.length);
      const said = many === 1 ? `${start + 1} of ${sheets.length}` : `${start + 1} to ${last} of ${sheets.length}`;
      pager.replaceChildren(turn("‹", "Earlier sheets", -many, start === 0), make("span", {}, said), turn("›", "Later sheets", many, last === sheets.length));
    }
    if (isStale) refresh();
  }

  function turn(sign, label, by, isDisabled) {
    const button = make("button", { type: "button", "aria-label": label, title: label, disabled: isDisabled }, sign);
    button.addEventListener("click", () => {
      start += by;
      draw();
      pager.querySelector(by < 0 ? "button" : "button:last-child").focus();
      element.dispatchEvent(new CustomEvent("turned", { bubbles: true }));
    });
    return button;
  }

  function sheetElement(sheet) {
    const caption = captionOf(sheet, [0, 1].filter((axis) => !common.includes(axis)));
    const table = make("table", { role: "grid", "aria-label": [tensor.name, captionOf(sheet)].filter(Boolean).join(", ") });
    const isSingle = rows === 1 && columns === 1;
    if (!isSingle) table.append(make("thead", {}, make("tr", {}, ...(rows > 1 ? [make("td", { "aria-hidden": "true" })] : []), ...range(columns).map((j) => header("col", space.length - 1, j)))));
    const lines = make("tbody");
    for (const i of range(rows)) {
      const line = make("tr", {}, ...(rows > 1 ? [header("row", space.length - 2, i)] : []));
      for (const j of range(columns)) line.append(cellElement([...sheet, ...(space.length > 1 ? [i, j] : [j])]));
      lines.append(line);
    }
    table.append(lines);
    return make("figure", { class: rows > LARGE || columns > (role === "bias" ? 4 : LARGE) ? "sheet large" : "sheet" }, ...(caption ? [make("figcaption", {}, caption)] : []), make("div", { class: "scroll" }, table));
  }

  /** Which channel and slice a sheet is, of those axes that are to be told. */
  function captionOf(sheet, axes) {
    if (role === "bias") return "";
    const slice = sheet.length > 2 ? `slice ${label(0, sheet[2])}` : "";
    return [words.lead(tensor, sheet, axes), slice].filter(Boolean).join(", ");
  }

  /** What an index along an axis is called; on padding there is nothing to call. */
  function label(axis, i) {
    if (role !== "source") return String(i + data.style.first);
    const [from, kind] = relation.lines[axis][i];
    return kind === ON ? String(from + data.style.first) : PAD;
  }

  function header(scope, axis, i) {
    const text = label(axis, i);
    return text === PAD ? make("th", { scope, "aria-label": "padding" }) : make("th", { scope }, text);
  }

  function cellElement(index) {
    const key = flat(shape, index);
    const isUnread = role === "source" && index.slice(2).some((place, axis) => !relation.isRead(axis, place));
    const names = ["cell", about(key).kind === ON ? "" : "padded", isUnread ? "unread" : ""].filter(Boolean).join(" ");
    const made = make("td", { tabindex: "-1", "data-role": role, "data-key": key, class: names }, make("span", { class: "value" }));
    cells.set(key, made);
    return made;
  }

  /** What a drawn cell is: its index in the tensor (null on constant padding), and how it lies. */
  function about(key) {
    const index = unflat(shape, key);
    if (role !== "source") return { index, number: key, kind: ON };
    const found = index.slice(2).map((place, axis) => relation.lines[axis][place]);
    const kind = Math.max(...found.map(([, lies]) => lies));
    const isConstant = found.some(([from]) => from === null);
    const from = [...index.slice(0, 2), ...found.map(([i]) => i)];
    return { index: from, number: isConstant ? null : flat(tensor.shape, from), kind };
  }

  function textOf({ number, kind }) {
    if (role === "output") {
      const value = operation.value(number);
      return value === null ? "✕" : words.number(value).text;
    }
    if (number === null) return words.padding(kind, data.pad === null ? null : read(data.pad, isFloatType(data.arithmetic)));
    return (kind === ON ? "" : PAD) + words.number(tensor.cells[number]).text;
  }

  /** Write every number that is shown. */
  function refresh() {
    isStale = false;
    for (const [key, cell] of cells) {
      const what = about(key);
      const text = textOf(what);
      const isChanged = role === "output" ? operation.isTouched(key) : what.number !== null && operation.isEdited(role, what.number);
      if (written.get(key) === text + isChanged) continue;
      written.set(key, text + isChanged);
      cell.firstChild.textContent = text;
      cell.classList.toggle("changed", isChanged);
      cell.setAttribute("aria-label", `${nameOf(what)}: ${text.replace(PAD, "")}${isChanged ? (role === "output" ? ", changed" : ", edited") : ""}`);
      cell.classList.toggle("clipped", text.length > WIDEST);
      if (text.length > WIDEST) cell.title = text;
      else cell.removeAttribute("title");
    }
  }

  /** A cell in words: input channel 0 row 1 column 2. */
  function nameOf({ index, kind }) {
    const where = role === "bias" ? `channel ${index[0] + data.style.first}` : [words.lead(tensor, index), words.place(index.slice(2))].filter(Boolean).join(" ");
    return `${kind === ON ? "" : "padding of "}${tensor.name} ${where}`;
  }

  /** Scroll the frame of a large sheet, and nothing else, until some cells are seen. */
  function reveal(keys) {
    for (const key of keys) {
      const cell = cells.get(key);
      const frame = cell?.closest(".large .scroll");
      if (!frame) continue;
      const [inner, outer, edge] = [cell.getBoundingClientRect(), frame.getBoundingClientRect(), 12];
      const sticking = inner.height + edge; // the headers that stay, and some air
      const [down, right] = [
        Math.min(inner.top - outer.top - sticking, 0) + Math.max(inner.bottom - outer.bottom + edge, 0),
        Math.min(inner.left - outer.left - sticking, 0) + Math.max(inner.right - outer.right + edge, 0),
      ];
      if (down || right) frame.scrollBy(right, down);
    }
  }

  return { role, tensor, element, reveal, cells, about, show, draw, refresh, shape, nameOf, isCrowded: () => body.children.length > FEW || rows > 9 || columns > 14 };
}

const range = (count) => Array.from({ length: count }, (_, i) => i);

function distinct(leads) {
  const seen = new Map(leads.map((lead) => [String(lead), lead]));
  return [...seen.values()];
}
