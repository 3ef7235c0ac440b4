/* The numbers of a problem: its tensors, which may be edited, and its output, computed again where an edit reaches.
   A sum of products over all that meets, or a pooling of it: the port of convcli/trace. */

function operationOf(data) {
  const { arithmetic, kind } = data;
  const isFloat = isFloatType(arithmetic);
  const relation = relationOf(data);
  const tensors = {};
  for (const role of ["source", "other", "bias"]) {
    if (data[role]) tensors[role] = { ...data[role], cells: data[role].cells.map((text) => read(text, isFloat)) };
  }
  const { output } = data;
  const given = output.cells.map((text) => read(text, output.float));
  const original = Object.fromEntries(Object.entries(tensors).map(([role, tensor]) => [role, [...tensor.cells]]));
  const touched = new Map(); // outputs that an edit reaches -> how many edited cells do
  const known = new Map(); // outputs that were computed here
  const hasRoots = kind === "lp" && arithmetic.name === "exact"; // which may be irrational, and then all are doubles
  let doubles = null;
  const pad = data.pad === null ? null : read(data.pad, isFloat);

  /** The row-major number of all that meets, in each choice of one meeting per axis; null where there is none. */
  function numbers(lists, lengths, lead, key) {
    let made = [flat(lengths, lead)];
    lists.forEach((list, axis) => {
      const length = lengths[axis + 2];
      made = made.flatMap((number) => list.map(({ [key]: i }) => (number === null || i === null ? null : number * length + i)));
    });
    return made;
  }

  /** The cells that meet in an output element, for each channel. */
  function terms(at) {
    const lists = relation.meetingsOf(at.slice(2));
    const kinds = lists.reduce((made, list) => made.flatMap((kind) => list.map((meeting) => Math.max(kind, meeting.kind))), [ON]);
    return relation.leads("out", at.slice(0, 2)).map((lead) => {
      const sources = numbers(lists, tensors.source.shape, lead.source, "source");
      const spots = numbers(lists, relation.drawn, lead.source, "place");
      const others = tensors.other ? numbers(lists, tensors.other.shape, lead.other, "other") : null;
      const cells = kinds.map((kind, i) => ({
        kind,
        source: sources[i],
        spot: spots[i],
        other: others && others[i],
        value: sources[i] === null ? pad : tensors.source.cells[sources[i]],
        weight: others && tensors.other.cells[others[i]],
      }));
      return { ...lead, shape: lists.map((list) => list.length), cells };
    });
  }

  /** Everything that made one output element; its value, or why the arithmetic has none. */
  function step(at) {
    const made = { at, terms: terms(at), bias: null };
    (kind === "sum" ? added : pooled)(made);
    return withValue(made);
  }

  function withValue(made) {
    try {
      made.value ??= stored(made.total, arithmetic);
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      [made.value, made.refusal] = [null, refusal.message];
    }
    return made;
  }

  function added(made) {
    for (const term of made.terms) {
      for (const cell of term.cells) cell.product = cell.value === null ? null : product(cell.value, cell.weight);
      term.sum = sum(term.cells.filter((cell) => cell.product !== null).map((cell) => cell.product));
    }
    made.bias = tensors.bias ? tensors.bias.cells[made.at[1]] : null;
    made.total = sum([...made.terms.map((term) => term.sum), ...(made.bias === null ? [] : [made.bias])]);
  }

  /** The total alone, for outputs that nobody looks into. */
  function totalOf(at) {
    const lists = relation.meetingsOf(at.slice(2));
    const parts = relation.leads("out", at.slice(0, 2)).map((lead) => {
      const sources = numbers(lists, tensors.source.shape, lead.source, "source");
      const others = numbers(lists, tensors.other.shape, lead.other, "other");
      return dot(sources.map((i) => (i === null ? pad : tensors.source.cells[i])), others.map((i) => tensors.other.cells[i]));
    });
    return sum(tensors.bias ? [...parts, tensors.bias.cells[at[1]]] : parts);
  }

  function pooled(made) {
    const [{ cells }] = made.terms;
    const inside = cells.filter((cell) => cell.kind === ON);
    if (kind === "max") {
      const wins = (cell, best) => isLess(best.value, cell.value) || Number.isNaN(cell.value);
      made.winner = inside.reduce((best, cell) => (wins(cell, best) ? cell : best));
      made.equals = inside.filter((cell) => typeof cell.value === "number" ? cell.value === made.winner.value : isSame(cell.value, made.winner.value)).length;
      made.value = made.total = made.winner.value;
    } else if (kind === "avg") {
      made.sum = sum(inside.map((cell) => cell.value));
      made.divisor = data.divisor ?? cells.filter((cell) => cell.kind === ON || (data.countPadding && cell.kind === PADDING)).length;
      made.total = divided(made.sum, made.divisor);
    } else {
      for (const cell of cells) cell.product = cell.kind === ON ? powerOf(cell.value, data.power) : ZERO;
      made.sum = sum(cells.map((cell) => cell.product));
      rooted(made);
    }
  }

  function rooted(made) {
    if (typeof made.sum === "number") made.value = made.total = made.sum;
    else if (!(made.total = exactRoot(made.sum, data.power))) {
      made.total = nearestRoot(made.sum, data.power);
      made.irrational = true;
      if (isFloat) made.value = nearestRoot(made.sum, data.power, arithmetic.name);
      else if (!isIntegerType(arithmetic)) made.value = made.total;
    }
  }

  function computed(number) {
    if (!known.has(number)) {
      const at = unflat(output.shape, number);
      const { value, refusal, irrational } = kind === "sum" ? withValue({ total: totalOf(at) }) : step(at);
      known.set(number, { value, refusal, irrational });
    }
    return known.get(number);
  }

  /** Whether roots are doubles, all of them: where one is irrational. */
  function hasDoubles() {
    if (!hasRoots || !touched.size) return hasRoots && output.float;
    return (doubles ??= given.some((_, number) => computed(number).irrational));
  }

  /** The outputs that an element of a tensor reaches. */
  function reached(role, number) {
    if (role === "bias") return given.map((_, i) => i).filter((i) => unflat(output.shape, i)[1] === number);
    const index = unflat(tensors[role].shape, number);
    const places = role === "source" ? index.slice(2).map((from, axis) => relation.lines[axis].findIndex(([i, k]) => k === ON && i === from)) : null;
    const lists = role === "source" ? relation.readersOf(places) : relation.usesOf(index.slice(2));
    const found = new Set();
    for (const { out } of relation.leads(role, index.slice(0, 2))) {
      for (const meetings of choices(lists)) found.add(flat(output.shape, [...out, ...meetings.map((m) => m.out)]));
    }
    return [...found];
  }

  return {
    data, relation, tensors, output, step, reached, hasDoubles,
    /** An output: as Python gave it, or computed where an edit reaches. */
    value(number) {
      const found = touched.has(number) || (hasRoots && touched.size) ? computed(number).value : given[number];
      return found !== null && typeof found !== "number" && hasDoubles() ? nearest(found) : found;
    },
    refusal: (number) => (touched.has(number) ? computed(number).refusal : undefined),
    isTouched: (number) => touched.has(number),
    isEdited: (role, number) => !isSame(tensors[role].cells[number], original[role][number]),
    original: (role, number) => original[role][number],
    /** Put a number, already an operand of the arithmetic, into a cell. */
    put(role, number, value) {
      const before = this.isEdited(role, number);
      tensors[role].cells[number] = value;
      doubles = null;
      const more = this.isEdited(role, number) - before;
      for (const out of reached(role, number)) {
        known.delete(out);
        const count = (touched.get(out) ?? 0) + more;
        if (count) touched.set(out, count);
        else touched.delete(out);
      }
    },
  };
}
