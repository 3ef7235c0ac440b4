/* How people are shown a number: the port of convcli/numbers/show.py, which says why. */

const LONGEST_INTEGER = 40; // digits up to which an integer is shown in full
const END = 12; // digits shown at either end of one that is longer
const MOST_ZEROS = 5; // zeros between point and digits before a power of ten is clearer
const MOST_DIGITS = 17; // of a decimal that is written in full for machines
const POSITIONAL = 10n ** 16n;
const LOG10_2 = 0.3010299956639812;

/** A number's text to so many significant digits, and whether it was rounded for that. */
function shown(number, { precision, fractions, dtype }) {
  const inFloats = dtype !== "exact" || typeof number === "number";
  if (typeof number === "number") {
    if (number === 0) return { text: Object.is(number, -0) ? "-0" : "0", rounded: false };
    if (!Number.isFinite(number)) return { text: String(number).replace("Infinity", "inf").replace("NaN", "nan"), rounded: false };
    fractions = false;
  }
  const { n, d } = exact(number);
  if (d === 1n && !(inFloats && magnitude(n) >= POSITIONAL)) return { text: elided(n), rounded: false };
  if (fractions) return { text: `${elided(n)}/${elided(d)}`, rounded: false };
  const text = decimalText(n, d, precision);
  return text === null ? { text: significantText(n, d, precision, inFloats), rounded: true } : { text, rounded: false };
}

/** Text that is read back as the same number. */
function exactText(number) {
  if (typeof number === "number") {
    if (!Number.isFinite(number)) return String(number).replace("Infinity", ".inf").replace("NaN", ".nan");
    return Object.is(number, -0) ? "-0.0" : String(number);
  }
  if (number.d === 1n) return String(number.n);
  return decimalText(number.n, number.d, MOST_DIGITS) ?? `${number.n}/${number.d}`;
}

function elided(n) {
  const digits = String(magnitude(n));
  if (digits.length <= LONGEST_INTEGER) return String(n);
  return `${n < 0n ? "-" : ""}${digits.slice(0, END)}…${digits.slice(-END)}\u00a0(${digits.length}\u00a0digits)`;
}

/** How many decimal places a fraction over d, in lowest terms, has; null if it does not end. */
function placesOf(d) {
  let [twos, fives] = [0, 0];
  while (!(d & 1n)) [d, twos] = [d >> 1n, twos + 1];
  while (d % 5n === 0n) [d, fives] = [d / 5n, fives + 1];
  return d === 1n ? Math.max(twos, fives) : null;
}

/** A fraction as a decimal; null if it takes more digits than allowed. */
function decimalText(n, d, most) {
  const places = placesOf(d);
  if (places === null) return null;
  const scaled = n * (10n ** BigInt(places) / d);
  if (magnitude(scaled) >= 10n ** BigInt(most)) return null;
  return pointed(scaled < 0n ? "-" : "", String(magnitude(scaled)), places);
}

/** Digits with the point `places` from their end, or a power of ten if that is far outside. */
function pointed(sign, digits, places) {
  const exponent = digits.length - 1 - places;
  if (places > 0 && places < digits.length) return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
  if (places === 0) return sign + digits;
  if (exponent < 0 && exponent >= -MOST_ZEROS - 1) return `${sign}0.${digits.padStart(places, "0")}`;
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function significantText(n, d, digits, strip) {
  let [figures, exponent] = significant(magnitude(n), d, digits);
  let places = digits - 1 - exponent;
  while (strip && places !== 0 && figures % 10n === 0n) [figures, places] = [figures / 10n, places - 1];
  return pointed(n < 0n ? "-" : "", String(figures), places);
}

/** [f, e]: f of exactly `digits` digits, such that f * 10^(e - digits + 1) is nearest to n/d. */
function significant(n, d, digits) {
  const ten = (power) => 10n ** BigInt(Math.max(power, 0));
  let exponent = Math.floor((bitLength(n) - bitLength(d) + 1) * LOG10_2); // at most one too large
  if (n * ten(-exponent) < d * ten(exponent)) exponent -= 1;
  const power = digits - 1 - exponent;
  const figures = nearestInteger(n * ten(power), d * ten(-power));
  return figures < ten(digits) ? [figures, exponent] : [figures / 10n, exponent + 1];
}
