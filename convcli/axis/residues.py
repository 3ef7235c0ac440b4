"""Counting and finding among residues by Euclid's algorithm: any size costs the same."""


def first_within(step: int, modulus: int, low: int, high: int) -> int | None:
    """The least k from 0 for which k·step mod modulus lies in low..high, where 0 <= low <= high < modulus.

    Each round exchanges the modulus for the step and takes what is left of both, as the algorithm for the greatest
    common divisor does.

    >>> first_within(7, 10, 3, 5), [k * 7 % 10 for k in range(3)], first_within(4, 10, 3, 3)
    (2, [0, 7, 4], None)
    """
    if low == 0:
        return 0
    step %= modulus
    if step == 0:
        return None
    steps = -(-low // step)
    if steps * step <= high:
        return steps
    turns = first_within(modulus % step, step, -high % step, -low % step)
    return None if turns is None else -(-(low + modulus * turns) // step)


def sum_of_floors(count: int, slope: int, offset: int, divisor: int) -> int:
    """The sum of (slope·i + offset) // divisor for i from 0 to count - 1, by Euclid's algorithm.

    >>> sum_of_floors(5, 3, 1, 4), sum((3 * i + 1) // 4 for i in range(5))
    (7, 7)
    """
    total = 0
    while True:
        total += count * (count - 1) // 2 * (slope // divisor) + count * (offset // divisor)
        slope, offset = slope % divisor, offset % divisor
        reach = slope * count + offset
        if reach < divisor:
            return total
        count, slope, offset, divisor = reach // divisor, divisor, reach % divisor, slope
