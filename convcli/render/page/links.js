/* What lights up. A subject is what is looked at: {role, key} of a drawn cell, or a product with both its cells. An
   output lights the patch that made it, with the weights; an input element every output that it reaches; a weight every
   input that it multiplies. Marks are classes, which the style tells apart by more than colour. */

function linksOf(operation, panels) {
  const { relation, data } = operation;
  let lit = [];

  function clear() {
    for (const cell of lit) {
      cell.classList.remove("lit", "held", "chosen", "reached", "same", "one");
      cell.removeAttribute("aria-selected");
      delete cell.firstChild.dataset.weight;
    }
    lit = [];
  }

  function mark(role, key, name) {
    const cell = panels[role]?.cells.get(key);
    if (!cell) return null;
    cell.classList.add(name);
    lit.push(cell);
    return cell;
  }

  function weigh(cell, weight) {
    if (!cell || weight === null) return;
    const { dataset } = cell.firstChild;
    dataset.weight = dataset.weight ? `${dataset.weight}+${weight}` : `×${weight}`;
  }

  /** The patch of an output element, each cell with its weight, and the weights. */
  function patch(step, weightText) {
    for (const { cells } of step.terms) {
      for (const cell of cells) {
        weigh(mark("source", cell.spot, "lit"), cell.weight === null ? null : weightText(cell.weight));
        if (cell.other !== null) mark("other", cell.other, "lit");
        if (cell === step.winner) mark("source", cell.spot, "one");
      }
    }
    if (step.bias !== null) mark("bias", step.at[1], "lit");
  }

  /** The outputs that an element reaches, each with the weight it is multiplied by there. */
  function ofSource(spot, chosen, weightText) {
    const index = unflat(relation.drawn, spot);
    const lists = relation.readersOf(index.slice(2));
    for (const { out, other } of relation.leads("source", index.slice(0, 2))) {
      for (const meetings of choices(lists)) {
        const reached = flat(data.output.shape, [...out, ...meetings.map((m) => m.out)]);
        const use = operation.tensors.other ? flat(data.other.shape, [...other, ...meetings.map((m) => m.other)]) : null;
        weigh(mark("output", reached, "reached"), use === null ? null : weightText(operation.tensors.other.cells[use]));
        const shownAt = flat(relation.drawn, [...index.slice(0, 2), ...meetings.map((m) => m.place)]);
        if (shownAt !== spot) mark("source", shownAt, "same");
        if (use !== null && reached === chosen) mark("other", use, "one");
      }
    }
  }

  /** The elements that a weight multiplies; apart from them the one for the chosen output. */
  function ofOther(key, chosen) {
    const index = unflat(data.other.shape, key);
    const lists = relation.usesOf(index.slice(2));
    for (const { out, source } of relation.leads("other", index.slice(0, 2))) {
      for (const meetings of choices(lists)) {
        const spot = flat(relation.drawn, [...source, ...meetings.map((m) => m.place)]);
        const reached = flat(data.output.shape, [...out, ...meetings.map((m) => m.out)]);
        const isChosen = reached === chosen;
        mark("source", spot, isChosen ? "one" : "lit");
        if (!panels.source.element.isConnected) mark("output", reached, "reached");
      }
    }
  }

  return {
    /** Light what a subject is linked to; the chosen output stays marked. */
    light(subject, chosen, step, weightText) {
      clear();
      mark("output", chosen, "chosen")?.setAttribute("aria-selected", "true");
      const { role, key } = subject;
      if (role === "output") patch(step, weightText);
      else if (role === "source") ofSource(key, chosen, weightText);
      else if (role === "other") ofOther(key, chosen);
      else if (role === "bias") for (const [number] of panels.output.cells) if (unflat(data.output.shape, number)[1] === key) mark("output", number, "reached");
      if (role === "product") {
        mark("source", subject.spot, "one");
        mark("other", subject.other, "one");
      } else mark(role, key, "held");
    },
  };
}
