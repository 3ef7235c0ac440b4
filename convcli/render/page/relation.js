/* Which elements meet: the one relation behind every operation. All indices were worked out by convcli's axes and stand
   in the page's data; nothing here adds a stride to anything. Along each axis a meeting is
     out     an output element
     source  the element of the first operand that it reads, or null on constant padding
     other   the element of the second operand that this meets
     place   where the source cell is drawn, padding cells having places of their own
     kind    how it lies: ON the input, on PADDING, or BEYOND the padding
   and over channels a summand joins two leading indices, source and other, to one of the output. */

const [ON, PADDING, BEYOND] = [0, 1, 2];

/** The row-major number of an index. */
const flat = (shape, index) => index.reduce((number, i, axis) => number * shape[axis] + i, 0);

/** The index of a row-major number. */
function unflat(shape, number) {
  const index = Array(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    index[axis] = number % shape[axis];
    number = Math.floor(number / shape[axis]);
  }
  return index;
}

/** Every choice of one entry from each list, in row-major order. */
function* choices(lists, chosen = []) {
  if (chosen.length === lists.length) yield chosen;
  else for (const entry of lists[chosen.length]) yield* choices(lists, [...chosen, entry]);
}

/** Things by what `key` says of them. */
function grouped(things, key) {
  const groups = new Map();
  for (const thing of things) {
    const group = groups.get(key(thing));
    if (group) group.push(thing);
    else groups.set(key(thing), [thing]);
  }
  return groups;
}

function relationOf({ axes, summands, source, output }) {
  const along = axes.map(({ meetings }) => {
    const all = [];
    meetings.forEach((line, out) => {
      for (const [from, other, kind, place] of line) all.push({ out, source: from, other, kind, place });
    });
    return Object.fromEntries(["out", "source", "place", "other"].map((key) => [key, grouped(all, (meeting) => meeting[key])]));
  });
  const joined = []; // {out, channel, source, other}: leading indices
  summands.forEach((parts, number) => {
    const out = unflat(output.shape.slice(0, 2), number);
    for (const [channel, s0, s1, o0, o1] of parts) joined.push({ out, channel, source: [s0, s1], other: [o0, o1] });
  });
  const leads = Object.fromEntries(["out", "source", "other"].map((key) => [key, grouped(joined, (lead) => String(lead[key]))]));
  const lines = axes.map(({ line }) => line);
  return {
    lines,
    /** The shape that the source is drawn in: with its padding. */
    drawn: [...source.shape.slice(0, 2), ...lines.map((line) => line.length)],
    leads: (key, lead) => leads[key].get(String(lead)) ?? [],
    /** Per axis, the meetings in an output element. */
    meetingsOf: (outs) => outs.map((out, axis) => along[axis].out.get(out) ?? []),
    /** Whether anything reads what is drawn at a place of an axis. */
    isRead(axis, place) {
      const [from, kind] = lines[axis][place];
      return (kind === ON ? along[axis].source : along[axis].place).has(kind === ON ? from : place);
    },
    /** Per axis, the meetings of what is drawn at a place: all that read its element, or this padding cell. */
    readersOf: (places) =>
      places.map((place, axis) => {
        const [from, kind] = lines[axis][place];
        return (kind === ON ? along[axis].source.get(from) : along[axis].place.get(place)) ?? [];
      }),
    /** Per axis, the meetings of an element of the second operand. */
    usesOf: (others) => others.map((other, axis) => along[axis].other.get(other) ?? []),
  };
}
