"use strict";
/* Exact numbers, as convcli/numbers has them: {n, d} is a fraction in lowest terms with d > 0. A JavaScript number is a
   value of a float type, or an infinity or nan. The tests compare every function with its Python original. */

const ZERO = { n: 0n, d: 1n };
const MAX_DIGITS = 4300; // as many as Python converts by default
const FLOATS = {
  float64: { bits: 53, least: -1074, most: 1024 },
  float32: { bits: 24, least: -149, most: 128 },
  float16: { bits: 11, least: -24, most: 16 },
};
const GUARD = 64; // bits of a root that are worked out before it is rounded

const DECIMAL = /^([+-]?)(?:(0|[1-9][0-9]*)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]+))?$/;
const FRACTION = /^([+-]?(?:0|[1-9][0-9]*))\/([1-9][0-9]*)$/;
const SPECIAL = /^([+-]?)(?:\.?(inf|nan)|(NaN)|(Infinity))$/;

/** What is no number, or none of the type that it should be, and why. */
class Refused extends Error {}

const magnitude = (n) => (n < 0n ? -n : n);

function gcd(a, b) {
  while (b) [a, b] = [b, a % b];
  return magnitude(a);
}

function ratio(n, d = 1n) {
  const common = d === 1n ? 1n : gcd(n, d);
  return common === 1n ? { n, d } : { n: n / common, d: d / common };
}

/** The bits that a positive integer takes. */
function bitLength(n) {
  const digits = n.toString(16);
  return digits.length * 4 - Math.clz32(parseInt(digits[0], 16)) + 28;
}

/** a/b to the nearest integer, ties to even. */
function nearestInteger(a, b) {
  const whole = a / b;
  const rest = 2n * (a % b);
  return rest > b || (rest === b && whole & 1n) ? whole + 1n : whole;
}

const WORD = new DataView(new ArrayBuffer(8));

/** A finite double as the fraction that it is. */
function ofDouble(x) {
  if (Number.isSafeInteger(x)) return { n: BigInt(x), d: 1n };
  WORD.setFloat64(0, x);
  const word = WORD.getBigUint64(0);
  const power = Number((word >> 52n) & 0x7ffn);
  const n = (word & 0xfffffffffffffn) | (power ? 1n << 52n : 0n);
  const above = word >> 63n ? -n : n;
  const exponent = (power || 1) - 1075;
  return exponent >= 0 ? { n: above << BigInt(exponent), d: 1n } : ratio(above, 1n << BigInt(-exponent));
}

function powerOfTwo(e) {
  WORD.setBigUint64(0, e >= -1022 ? BigInt(e + 1023) << 52n : 1n << BigInt(e + 1074));
  return WORD.getFloat64(0);
}

/** A fraction rounded once to a float type, ties to even. */
function nearest({ n, d }, type = "float64") {
  if (n === 0n) return 0;
  const { bits, least, most } = FLOATS[type];
  const sign = n < 0n ? -1 : 1;
  const a = magnitude(n);
  let top = bitLength(a) - bitLength(d); // 2^top <= a/d < 2^(top + 1), once it is lowered where it is one too large
  if (top >= 0 ? a < d << BigInt(top) : a << BigInt(-top) < d) top -= 1;
  const unit = Math.max(top + 1 - bits, least);
  if (top >= most) return sign * Infinity;
  const figures = unit >= 0 ? nearestInteger(a, d << BigInt(unit)) : nearestInteger(a << BigInt(-unit), d);
  if (figures && bitLength(figures) + unit > most) return sign * Infinity;
  return sign * Number(figures) * powerOfTwo(unit);
}

/** A finite float as the fraction that it is; anything else as it is. */
const exact = (x) => (Number.isFinite(x) ? ofDouble(x) : x);

const asDouble = (x) => (typeof x === "number" ? x : nearest(x));

/** The exact product of two numbers; by IEEE 754 if one is infinite or nan. */
function product(a, b) {
  const [x, y] = [exact(a), exact(b)];
  if (typeof x === "number" || typeof y === "number") return asDouble(x) * asDouble(y);
  return x.d === 1n && y.d === 1n ? { n: x.n * y.n, d: 1n } : ratio(x.n * y.n, x.d * y.d);
}

/** The exact sum; with an infinity or nan among them the IEEE sum, in which nothing finite matters. */
function sum(numbers) {
  let [n, d, special, isSpecial] = [0n, 1n, 0, false];
  for (const number of numbers) {
    const x = exact(number);
    if (typeof x === "number") [special, isSpecial] = [special + x, true];
    else if (x.d === d) n += x.n;
    else {
      const common = gcd(d, x.d);
      [n, d] = [n * (x.d / common) + x.n * (d / common), d * (x.d / common)];
    }
  }
  return isSpecial ? special : ratio(n, d);
}

/** The exact sum of products; a number that is null takes no part. */
function dot(xs, weights) {
  let whole = 0n; // of integers, which are most
  const others = [];
  xs.forEach((x, i) => {
    if (x === null) return;
    if (x.d === 1n && weights[i].d === 1n) whole += x.n * weights[i].n;
    else others.push(product(x, weights[i]));
  });
  return sum([{ n: whole, d: 1n }, ...others]);
}

/** Whether one number is less than another. */
const isLess = (a, b) => (typeof a === "number" ? a < b : a.n * b.d < b.n * a.d);

const isSame = (a, b) => (typeof a === "number" ? Object.is(a, b) : typeof b === "object" && a.n === b.n && a.d === b.d);

/** The number that a text is, by the grammar of convcli/numbers/grammar.py. */
function parse(token) {
  const decimal = DECIMAL.exec(token);
  if (decimal) return ofDecimal(...decimal.slice(1).map((part) => part ?? ""));
  const fraction = FRACTION.exec(token);
  if (fraction) {
    if (fraction.slice(1).some((part) => part.replace(/^[+-]/, "").length > MAX_DIGITS)) throw tooLong();
    return ratio(BigInt(fraction[1]), BigInt(fraction[2]));
  }
  const special = SPECIAL.exec(token);
  if (special) return special[2] === "nan" || special[3] ? NaN : special[1] === "-" ? -Infinity : Infinity;
  throw new Refused("write a decimal (-1.5, 2e3) or a fraction (1/3)");
}

function ofDecimal(sign, whole, after, bare, exponent) {
  const fractional = (after || bare).length;
  const digits = (whole + (after || bare)).replace(/^0+/, "") || "0";
  if (exponent.length > 8 || whole.length + fractional > MAX_DIGITS) throw tooLong();
  const power = Number(exponent || 0) - fractional;
  if (Math.max(digits.length + power, -power, digits.length) > MAX_DIGITS) throw tooLong();
  const mantissa = sign === "-" ? -BigInt(digits) : BigInt(digits);
  return power >= 0 ? { n: mantissa * 10n ** BigInt(power), d: 1n } : ratio(mantissa, 10n ** BigInt(-power));
}

const tooLong = () => new Refused("it has more than 4,300 digits when written out");

/** A number as the data of the page has it: n, n/d, or a double. */
function read(text, isFloat) {
  if (isFloat) return Number(text);
  const [above, below = "1"] = text.split("/");
  return { n: BigInt(above), d: BigInt(below) };
}
