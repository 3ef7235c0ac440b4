/* The page itself: panels side by side, one chosen output element, one subject that is looked at. */

function start(data) {
  const $ = (id) => document.getElementById(id);
  const operation = operationOf(data);
  const words = wordsOf(operation);
  const size = data.output.cells.length;
  const panels = {};
  for (const role of ["source", "other", "bias", "output"]) {
    if (data[role]) panels[role] = panelOf(operation, words, role);
  }
  const links = linksOf(operation, panels);
  const working = workingOf(operation, words, $("working"));
  const weightText = (weight) => words.number(weight).text;
  let chosen = 0; // an output element, always one
  let held = null; // a cell of another tensor that was tapped or has the focus
  let hovered = null;
  let worked = null; // the output element whose working is shown

  const indexOf = (number) => unflat(data.output.shape, number);

  function say(text) {
    $("message").textContent = text;
    $("message").hidden = !text;
  }

  /** Show what is looked at: hovered before held before chosen. */
  function look() {
    const subject = hovered ?? held ?? { role: "output", key: chosen };
    const number = subject.role === "output" ? subject.key : chosen;
    const step = operation.step(indexOf(number));
    for (const panel of Object.values(panels)) if (panel.role !== "output" || number === chosen) panel.show(indexOf(number));
    $("tensors").classList.toggle("compact", Object.values(panels).some((panel) => panel.isCrowded()));
    if (worked !== number) {
      working.show(step);
      $("equation").replaceChildren(...inline(words.equation(step)));
      worked = number;
    }
    links.light(subject, chosen, step, weightText);
    working.mark(markedBy(subject));
  }

  function markedBy(subject) {
    if (subject.role === "source") return (spot) => Number(spot) === subject.key;
    if (subject.role === "other") return (spot, other) => Number(other) === subject.key;
    if (subject.role === "product") return (spot, other) => Number(spot) === subject.spot && other === String(subject.other);
    return () => false;
  }

  function choose(number, isAloud = true) {
    chosen = number;
    held = hovered = null;
    player.at(number);
    $("position").value = number;
    $("position").setAttribute("aria-valuetext", words.name(data.output, indexOf(number)));
    $("count").textContent = `${(number + 1).toLocaleString("en")} of ${size.toLocaleString("en")}`;
    look();
    const cells = operation.step(indexOf(number)).terms.flatMap((term) => term.cells);
    panels.output.reveal([number]);
    panels.bias?.reveal([indexOf(number)[1]]);
    panels.source.reveal([...cells.slice(0, 1), ...cells.slice(-1)].map((cell) => cell.spot));
    if (isAloud && !player.isPlaying) $("live").textContent = plainText(words.equation(operation.step(indexOf(number))));
  }

  const player = playerOf(size, {
    choose: (number) => choose(number),
    playing(isPlaying) {
      $("play").setAttribute("aria-label", isPlaying ? "Pause" : "Play");
      document.body.classList.toggle("playing", isPlaying);
    },
  });

  const editing = editingOf(operation, words, {
    say,
    move,
    changed(changes) {
      worked = null;
      for (const panel of Object.values(panels)) panel.refresh();
      const { undo, redo } = editing.state;
      [$("undo").disabled, $("redo").disabled] = [!undo, !redo];
      $("reset").disabled = !Object.entries(operation.tensors).some(([role, { cells }]) => cells.some((_, i) => operation.isEdited(role, i)));
      look();
      const [{ role, number }] = changes;
      const reached = operation.reached(role, number).length;
      $("live").textContent = `${changes.length === 1 ? `${reached} output elements changed` : `${changes.length} cells changed`}. ${plainText(words.equation(operation.step(indexOf(chosen))))}`;
    },
  });

  const about = (cell) => ({ role: cell.dataset.role, key: Number(cell.dataset.key) });

  function hold(cell) {
    const subject = about(cell);
    if (subject.role === "output") {
      if (subject.key !== chosen || held) {
        player.stop();
        choose(subject.key);
      }
    } else if (held?.role !== subject.role || held.key !== subject.key) {
      held = subject;
      hovered = null;
      look();
    }
  }

  function edit(cell, text) {
    const { role, key } = about(cell);
    if (role === "output") return;
    const what = panels[role].about(key);
    if (what.number === null || what.kind !== ON) {
      say("Padding cannot be edited: it is what the padding mode shows there.");
      return;
    }
    player.stop();
    editing.open(cell, role, what.number, panels[role].nameOf(what), text);
  }

  const cellOf = (event) => (event.target instanceof Element ? event.target.closest(".cell") : null);
  const app = $("app");
  const file = fileOf(operation);

  let pointer = ""; // where it was: what moves below one that rests is not looked at
  app.addEventListener("pointermove", (event) => {
    pointer = `${event.clientX},${event.clientY}`;
  });
  app.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch" || editing.isOpen || pointer === `${event.clientX},${event.clientY}`) return;
    const cell = cellOf(event);
    const product = event.target.closest?.(".matrix td");
    const subject = cell ? about(cell) : product ? { role: "product", spot: Number(product.dataset.spot), other: Number(product.dataset.other) } : null;
    if (subject === null && hovered === null) return;
    hovered = subject;
    if (subject?.role !== "product" || worked === chosen) look();
  });
  app.addEventListener("pointerleave", () => {
    if (hovered === null) return;
    hovered = null;
    look();
  });
  let tapped = null; // a second tap on a cell edits it
  app.addEventListener("click", (event) => {
    const cell = cellOf(event);
    if (!cell || event.target.closest("input")) return;
    const again = tapped === cell && event.pointerType === "touch";
    tapped = cell;
    focusOn(cell);
    hold(cell);
    if (again) edit(cell);
  });
  app.addEventListener("dblclick", (event) => {
    const cell = cellOf(event);
    if (cell && !event.target.closest("input")) edit(cell);
  });
  app.addEventListener("focusin", (event) => {
    const cell = cellOf(event);
    if (cell && cell === event.target && !editing.isOpen) hold(cell);
  });
  app.addEventListener("turned", () => look());

  document.addEventListener("keydown", (event) => {
    if ($("file").open || event.altKey) return;
    const { key, target } = event;
    const isControl = event.ctrlKey || event.metaKey;
    if (isControl && key.toLowerCase() === "z") return act(event, event.shiftKey ? editing.redo : editing.undo);
    if (isControl && key.toLowerCase() === "y") return act(event, editing.redo);
    const cell = cellOf(event);
    if (cell && move(cell, key, isControl)) return event.preventDefault();
    if (isControl || target.matches("input, select, textarea") || (target.matches("button, summary") && (key === " " || key === "Enter"))) return;
    if (cell && (key === "Enter" || key === "F2")) return act(event, () => edit(cell));
    if (cell && cell.dataset.role !== "output" && /^[0-9.+-]$/.test(key)) return act(event, () => edit(cell, key));
    if (key === " ") return act(event, player.toggle);
    if (key === "n") return act(event, () => player.by(1));
    if (key === "p") return act(event, () => player.by(-1));
    if (key === "u") return act(event, editing.undo);
    if (key === "Escape") {
      act(event, () => {
        player.stop();
        held = hovered = null;
        say("");
        look();
      });
    }
  });

  function act(event, action) {
    event.preventDefault();
    action();
  }

  const buttons = {
    first: () => player.go(0), previous: () => player.by(-1), play: player.toggle, next: () => player.by(1),
    last: () => player.go(size - 1), undo: editing.undo, redo: editing.redo, reset: editing.reset,
    save() {
      player.stop();
      file.open();
    },
  };
  for (const [id, action] of Object.entries(buttons)) $(id).addEventListener("click", action);
  $("position").max = size - 1;
  $("position").addEventListener("input", () => player.go(Number($("position").value)));
  $("speed").addEventListener("change", () => {
    player.pause = Number($("speed").value);
  });

  const sign = (text) => make("span", { class: "operator", "aria-hidden": "true" }, text);
  const shownPanels = ["source", "other"].filter((role) => data[role]?.drawn).map((role) => panels[role].element);
  const joined = (text, element) => make("div", { class: "joined" }, sign(text), element);
  const second = data.bias ? make("div", { class: "stacked" }, shownPanels[1], joined("+", panels.bias.element)) : shownPanels[1];
  $("tensors").append(shownPanels[0], ...(second ? [joined(data.sign, second)] : []), joined(data.kind === "sum" && second ? "=" : "→", panels.output.element));
  $("formula").append(...inline(data.formula), ...(data.style.first ? [make("span", { class: "note" }, " (indices counted from 0)")] : []));
  app.hidden = false;
  choose(0, false);
}

const page = document.getElementById("data");
if (page) start(JSON.parse(page.textContent));
