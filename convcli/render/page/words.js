/* Numbers, places and equations in words. */

/** What reads along the axes in space. */
const SPACE = { 1: ["element"], 2: ["row", "column"], 3: ["slice", "row", "column"] };

/** The signs of a padding cell that holds a number, and of what is nothing. */
const [PAD, NOTHING] = ["░", "·"];

/** An element with children: strings are text, never markup. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** A line of [role, text] pairs as elements. */
const inline = (spans) => spans.map(([role, text]) => (role === "text" ? text : role === "sub" ? make("sub", {}, text) : make("span", { class: role }, text)));

const plainText = (spans) => spans.map(([, text]) => text).join("");

function wordsOf(operation) {
  const { data } = operation;
  const { style, output } = data;
  const { first } = style;
  const number = (x) => shown(x, style);
  const bracketed = (text) => (text[0] === "-" ? `(${text})` : text);
  const factored = (text) => (text[0] === "-" || text.includes("/") ? `(${text})` : text);

  /** An element by its index as it is laid out: x[0,1,2]. */
  const name = ({ symbol, order }, index) => `${symbol}[${order.map((axis) => index[axis] + first).join(",")}]`;

  /** A place along leading axes: item 1, channel 0; of what there is one of, nothing. */
  function lead({ shape, called, order }, index, axes = [0, 1]) {
    const told = axes.filter((axis) => order.includes(axis) && shape[axis] > 1);
    return told.map((axis) => `${called[axis]} ${index[axis] + first}`).join(", ");
  }

  /** A place in space: row 1 column 2. */
  const place = (index) => index.map((i, axis) => `${SPACE[index.length][axis]} ${i === null ? "in the padding" : i + first}`).join(" ");

  /** What a padding cell shows: a value if it has one that counts. */
  function padding(kind, value) {
    if (kind === BEYOND) return NOTHING;
    if (data.kind === "max" || (data.kind === "avg" && !data.countPadding)) return PAD;
    return PAD + (value === null ? "0" : number(value).text);
  }

  /** The name of a part of an element's sum. */
  const part = (channel) => `${data.parts} ${channel + first}`;

  function outcome(step) {
    const total = step.total === undefined ? null : number(step.total);
    if (step.value === null) return [["text", " = "], ["sum", total.text], ["refused", `  ✕ ${step.refusal}`]];
    const value = number(step.value);
    const sign = ({ rounded }) => (rounded && style.dtype === "exact" ? " ≈ " : " = ");
    if (total.text === value.text) return [["text", sign(value)], ["output", value.text]];
    const { name: type, overflow } = data.arithmetic;
    const becomes = isIntegerType({ name: type }) ? (overflow === "wrap" ? "wraps to" : "saturates to") : "rounds to";
    return [["text", sign(total)], ["sum", total.text], ["note", ` ${becomes} `], ["output", value.text]];
  }

  /** y[0] = 1·1 + 2·0 + 3·(-1) + bias 5 = 3; of several channels, or in brief, their sums. */
  function equation(step, isBrief = false) {
    const left = [["output", name(output, step.at)]];
    if (data.kind !== "sum") return [...left, ...(isBrief ? [] : pooled(step)), ...outcome(step)];
    if (isBrief && step.terms.length === 1 && step.bias === null) return [...left, ...outcome(step)];
    const plus = ["text", " + "];
    const addends = [];
    const drawn = data.source.drawn;
    const cells = step.terms.flatMap((term) => term.cells);
    if (step.terms.length === 1 && cells.length <= 9 && !isBrief) {
      for (const { value, weight, kind, product: made } of cells) {
        const factor = value === null ? [["padding", `${PAD}0`]] : [[kind === ON ? "input" : "padding", (kind === ON ? "" : PAD) + factored(number(value).text)]];
        addends.push(drawn ? [...factor, ["text", "·"], ["kernel", factored(number(weight).text)]] : [["kernel", number(made).text]]);
      }
    } else if (step.terms.length === 1 && !isBrief) addends.push([["note", `the sum of ${cells.length.toLocaleString("en")} ${drawn ? "products" : "elements"}`]]);
    else if (step.terms.length <= 8) addends.push(...step.terms.map((term) => [["sum", number(term.sum).text]]));
    else addends.push([["note", `the sums of ${step.terms.length} ${data.parts}s`]]);
    if (!cells.length) addends.splice(0, addends.length, [["note", "nothing meets here"]]);
    if (step.bias !== null) addends.push([["text", "bias "], ["bias", number(step.bias).text]]);
    const added = addends.flatMap((addend, i) => (i ? [plus, ...addend.map(([role, text]) => [role, bracketed(text)])] : addend));
    return [...left, ["text", " = "], ...added, ...outcome(step)];
  }

  function pooled(step) {
    const [{ cells }] = step.terms;
    const made = cells.map((cell) => [cell === step.winner ? "output" : cell.kind === ON ? "input" : "padding",
      cell.kind === ON ? (cell === step.winner ? "*" : "") + number(cell.value).text : padding(cell.kind, null)]);
    const few = cells.length <= 9;
    const joined = (sign, dress) => few
      ? made.flatMap(([role, text], i) => [...(i ? [["text", sign]] : []), [role, dress(text)]])
      : [["note", `${cells.length.toLocaleString("en")} cells`]];
    if (data.kind === "max") return [["text", " = max("], ...joined(", ", String), ["text", ")"]];
    if (data.kind === "avg") return [["text", " = ("], ...joined(" + ", bracketed), ["text", `)/${step.divisor}`]];
    const power = data.power > 1 ? `^${data.power}` : "";
    const [open, close] = data.power > 1 ? ["(", `)^(1/${data.power})`] : ["", ""];
    return [["text", ` = ${open}`], ...joined(" + ", (text) => (text === NOTHING ? text : `|${text}|${power}`)), ["text", close]];
  }

  return { number, name, lead, place, padding, part, outcome, equation, bracketed, factored };
}
