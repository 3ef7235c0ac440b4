/* What an arithmetic does with numbers that it does not hold, and roots: the port of convcli/numbers/arithmetic.py and
   roots.py. An arithmetic is {name, overflow}. */

const isFloatType = ({ name }) => name in FLOATS;
const isIntegerType = ({ name }) => name.includes("int");

/** A number brought into the range of an integer type by the overflow policy. */
function fit(x, { name, overflow }) {
  if (x.d !== 1n) throw new Refused(`it is not an integer, and ${name} holds integers only`);
  const bits = Number(name.replace(/^u?int/, ""));
  const [low, high] = name[0] === "u" ? [0n, (1n << BigInt(bits)) - 1n] : [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n];
  if (x.n >= low && x.n <= high) return x;
  if (overflow === "error") throw new Refused(`${name} holds ${low} to ${high} only`);
  if (overflow === "saturate") return { n: x.n < low ? low : high, d: 1n };
  return { n: name[0] === "u" ? BigInt.asUintN(bits, x.n) : BigInt.asIntN(bits, x.n), d: 1n };
}

/** A number as an operand of an arithmetic. */
function take(x, arithmetic) {
  if (isFloatType(arithmetic)) return typeof x === "number" ? x : nearest(x, arithmetic.name);
  if (typeof x === "number") throw new Refused("infinities and nan need float arithmetic: --dtype float64");
  return isIntegerType(arithmetic) ? fit(x, arithmetic) : x;
}

/** A total as an arithmetic stores it. */
function stored(total, arithmetic) {
  if (isFloatType(arithmetic)) return typeof total === "number" ? total : nearest(total, arithmetic.name);
  return isIntegerType(arithmetic) ? fit(total, arithmetic) : total;
}

/** The largest integer whose power of that degree is not above a number >= 0: Newton's method, from above. */
function integerRoot(number, degree) {
  if (degree === 1 || number < 2n) return number;
  const [times, less] = [BigInt(degree), BigInt(degree - 1)];
  let root = 1n << BigInt(Math.ceil(bitLength(number) / degree));
  for (;;) {
    const lower = (less * root + number / root ** less) / times;
    if (lower >= root) return root;
    root = lower;
  }
}

/** The root of a number >= 0 if it is rational, else null. */
function exactRoot({ n, d }, degree) {
  const [above, below] = [integerRoot(n, degree), integerRoot(d, degree)];
  const power = BigInt(degree);
  return above ** power === n && below ** power === d ? { n: above, d: below } : null;
}

/** The root of a number >= 0, rounded once to a float type. */
function nearestRoot(x, degree, type = "float64") {
  const rational = exactRoot(x, degree);
  if (rational) return nearest(rational, type);
  const places = GUARD - Math.floor((bitLength(x.n) - bitLength(x.d)) / degree);
  const shift = places * degree;
  const scaled = shift >= 0 ? (x.n << BigInt(shift)) / x.d : x.n / (x.d << BigInt(-shift));
  const root = 2n * integerRoot(scaled, degree) + 1n; // between two neighbours, and so are all of its roundings
  return nearest(places + 1 >= 0 ? ratio(root, 1n << BigInt(places + 1)) : { n: root << BigInt(-places - 1), d: 1n }, type);
}

/** The power of a number's magnitude. */
function powerOf(x, degree) {
  const y = exact(x);
  if (typeof y === "number") return Math.abs(y) ** degree;
  return { n: magnitude(y.n) ** BigInt(degree), d: y.d ** BigInt(degree) };
}

const divided = (x, count) => (typeof x === "number" ? x : ratio(x.n, x.d * BigInt(count)));
