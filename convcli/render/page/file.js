/* The problem with its present numbers, as the text of a file that convcalc reads. */

/** Numbers as nested lists: the axes in this order, those left out having one place. */
function nested({ shape, cells }, order) {
  const visit = (depth, index) => {
    if (depth === order.length) return exactText(cells[flat(shape, index)]);
    const items = range(shape[order[depth]]).map((i) => visit(depth + 1, Object.assign([...index], { [order[depth]]: i })));
    return `[${items.join(", ")}]`;
  };
  return visit(0, shape.map(() => 0));
}

function fileText({ data, tensors }) {
  const { lines, tensors: named } = data.file;
  return [...lines, ...named.map(([role, name, order]) => `${name}: ${nested(tensors[role], order)}`), ""].join("\n");
}

function fileOf(operation) {
  const $ = (id) => document.getElementById(id);
  $("copy").addEventListener("click", async () => {
    $("text").select();
    try {
      await navigator.clipboard.writeText($("text").value);
    } catch {
      document.execCommand("copy"); // where a page from a file may not write to the clipboard by itself
    }
    $("copy").textContent = "Copied";
  });
  return {
    open() {
      $("command").textContent = operation.data.file.command;
      $("text").value = fileText(operation);
      $("copy").textContent = "Copy";
      $("file").showModal();
      $("text").select();
    },
  };
}
