/* Editing as in a spreadsheet, with undo; what was typed is read by the grammar of every convcalc file. */

function editingOf(operation, words, { changed, say, move }) {
  const done = [];
  const undone = [];
  const { arithmetic } = operation.data;
  let editor = null;

  function apply(changes, which) {
    for (const change of changes) operation.put(change.role, change.number, change[which]);
    changed(changes);
  }

  function change(changes) {
    if (!changes.length) return;
    done.push(changes);
    undone.length = 0;
    apply(changes, "after");
  }

  function step(from, to, which) {
    const changes = from.pop();
    if (!changes) return;
    to.push(changes);
    apply(changes, which);
  }

  /** The number that was typed, as an operand; says why it is none. */
  function accepted(text) {
    try {
      const value = take(parse(text.trim()), arithmetic);
      say("");
      return value;
    } catch (refusal) {
      if (!(refusal instanceof Refused)) throw refusal;
      say(`${JSON.stringify(text.trim().slice(0, 40))} cannot stand here: ${refusal.message}. The cell keeps its number.`);
      return null;
    }
  }

  /** Keep what was typed; whether it was a number. */
  function commit() {
    const { cell, role, number, input } = editor;
    const value = accepted(input.value);
    if (value === null) {
      input.setAttribute("aria-invalid", "true");
      input.focus();
      input.select();
      return false;
    }
    leave();
    const before = operation.tensors[role].cells[number];
    if (!isSame(before, value)) change([{ role, number, before, after: value }]);
    cell.focus({ preventScroll: true });
    return true;
  }

  function leave() {
    const { cell, input } = editor;
    editor = null;
    input.remove();
    cell.classList.remove("editing");
  }

  function typed(event) {
    event.stopPropagation();
    const { cell } = editor;
    if (event.key === "Escape") {
      leave();
      say("");
      cell.focus({ preventScroll: true });
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (commit()) move(cell, event.shiftKey ? "ArrowUp" : "ArrowDown");
    } else if (event.key === "Tab") {
      event.preventDefault();
      if (commit()) move(cell, event.shiftKey ? "ArrowLeft" : "ArrowRight");
    }
  }

  return {
    get isOpen() {
      return editor !== null;
    },
    /** Open a cell's editor, with the first character typed or with its number. */
    open(cell, role, number, label, text) {
      if (editor) leave();
      const input = make("input", {
        class: "editor", type: "text", "aria-label": `${label}, new number`, autocomplete: "off", autocapitalize: "off",
        spellcheck: "false", enterkeyhint: "done",
      });
      input.value = text ?? exactText(operation.tensors[role].cells[number]);
      cell.classList.add("editing");
      cell.append(input);
      editor = { cell, role, number, input };
      input.addEventListener("keydown", typed);
      input.addEventListener("blur", () => {
        if (!editor || editor.input !== input) return;
        const value = accepted(input.value);
        const before = operation.tensors[role].cells[number];
        leave();
        if (value !== null && !isSame(before, value)) change([{ role, number, before, after: value }]);
      });
      input.focus();
      if (text === undefined) input.select();
    },
    undo: () => step(done, undone, "before"),
    redo: () => step(undone, done, "after"),
    /** Every cell as it was at first; that can be undone too. */
    reset() {
      const changes = [];
      for (const [role, tensor] of Object.entries(operation.tensors)) {
        tensor.cells.forEach((before, number) => {
          if (operation.isEdited(role, number)) changes.push({ role, number, before, after: operation.original(role, number) });
        });
      }
      change(changes);
    },
    get state() {
      return { undo: done.length > 0, redo: undone.length > 0 };
    },
  };
}
