"""Arithmetic written with Python's operators and emitted as LLVM instructions, on single numbers or on all lanes of
a vector at once.

Nothing here branches or calls, and no fast-math flag is set: what stands in the program is what is computed, but
for `multiply_add`, which rounds once where the target can.
"""

import math
import re
import struct

MANTISSA_BITS = {32: 23, 64: 52}
BIAS = {32: 127, 64: 1023}
LEAST_NORMAL = {32: 2.0**-126, 64: 2.0**-1022}
GREATEST = {32: (2 - 2.0**-23) * 2.0**127, 64: (2 - 2.0**-52) * 2.0**1023}
_CURRENT_ROUNDING = 4
_HEXADECIMAL = re.compile("0x([0-9a-f]{16})")


class Lanes:
    """A number, or one in each lane of a vector: an LLVM value and the builder that its successors are written with.

    Operators take other Lanes of the same type or Python numbers, which stand for themselves in every lane.
    Comparisons are false where either side is NaN and give Lanes of bits (i1); `equals` and `differs` stand for
    `==` and `!=`. `>>` of integers keeps the sign.

    fma: whether the target multiplies and adds in one instruction; scales: whether it multiplies vectors of 512 bits
    by powers of 2 in one (AVX-512).
    """

    __slots__ = ("builder", "fma", "scales", "value")

    def __init__(self, builder, value, fma, scales=False):
        self.builder = builder
        self.value = value
        self.fma = fma
        self.scales = scales

    # What it is.

    @property
    def type(self):
        return self.value.type

    @property
    def count(self):
        """The number of lanes; None for a single number."""
        return getattr(self.type, "count", None)

    @property
    def bits_each(self):
        """The number of bits of one lane."""
        lane = lane_type(self.type)
        return lane.width if self.is_integer else {"float": 32, "double": 64}[str(lane)]

    @property
    def is_integer(self):
        return hasattr(lane_type(self.type), "width")

    @property
    def is_constant(self):
        from llvmlite import ir

        return isinstance(self.value, ir.Constant)

    def known_number(self):
        """The floating number that all lanes hold if the program says so; else None."""
        from llvmlite import ir

        if not isinstance(self.value, ir.Constant):
            return None
        numbers = set(_HEXADECIMAL.findall(self.value.get_reference()))
        return struct.unpack(">d", bytes.fromhex(numbers.pop()))[0] if len(numbers) == 1 else None

    def wrap(self, value):
        return Lanes(self.builder, value, self.fma, self.scales)

    def constant(self, number):
        """`number` in every lane."""
        return self.wrap(constant(self.type, number))

    def _operand(self, other):
        return other.value if isinstance(other, Lanes) else constant(self.type, other)

    # Arithmetic.

    def __add__(self, other):
        add = self.builder.add if self.is_integer else self.builder.fadd
        return self.wrap(add(self.value, self._operand(other)))

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        subtract = self.builder.sub if self.is_integer else self.builder.fsub
        return self.wrap(subtract(self.value, self._operand(other)))

    def __rsub__(self, other):
        return self.constant(other) - self

    def __mul__(self, other):
        multiply = self.builder.mul if self.is_integer else self.builder.fmul
        return self.wrap(multiply(self.value, self._operand(other)))

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self.wrap(self.builder.fdiv(self.value, self._operand(other)))

    def __rtruediv__(self, other):
        return self.constant(other) / self

    def __neg__(self):
        return 0 - self if self.is_integer else self.wrap(self.builder.fneg(self.value))

    def multiply_add(self, factor, summand):
        """self * factor + summand, rounded once if the target has an instruction for it."""
        if not self.fma:
            return self * factor + summand
        return self.intrinsic("fma", factor, summand)

    def product_error(self, factor, product):
        """self * factor - product without rounding, where `product` is self * factor rounded.

        Without a fused instruction by splitting both factors into halves (T. J. Dekker, "A floating-point
        technique for extending the available precision", Numerische Mathematik 18, 1971).
        """
        if self.fma:
            return self.multiply_add(factor, -product)
        high, low = self.halves()
        other_high, other_low = factor.halves()
        return ((high * other_high - product) + high * other_low + low * other_high) + low * other_low

    def halves(self):
        """Two numbers of half the precision whose sum this is."""
        scaled = self * (2.0 ** ((MANTISSA_BITS[self.bits_each] + 2) // 2) + 1)
        high = scaled - (scaled - self)
        return high, self - high

    # Comparisons and choices.

    def _compare(self, sign, other):
        operand = self._operand(other)
        if self.is_integer:
            return self.wrap(self.builder.icmp_signed(sign, self.value, operand))
        return self.wrap(self.builder.fcmp_ordered(sign, self.value, operand))

    def __lt__(self, other):
        return self._compare("<", other)

    def __le__(self, other):
        return self._compare("<=", other)

    def __gt__(self, other):
        return self._compare(">", other)

    def __ge__(self, other):
        return self._compare(">=", other)

    def equals(self, other):
        return self._compare("==", other)

    def differs(self, other):
        """True also where either is NaN."""
        if self.is_integer:
            return self._compare("!=", other)
        return self.wrap(self.builder.fcmp_unordered("!=", self.value, self._operand(other)))

    def is_nan(self):
        return self.wrap(self.builder.fcmp_unordered("uno", self.value, self.value))

    def choose(self, yes, no):
        """`yes` where this bit is set, else `no`: at least one of them Lanes."""
        like = yes if isinstance(yes, Lanes) else no
        return like.wrap(self.builder.select(self.value, like._operand(yes), like._operand(no)))

    def at_most(self, bound):
        """The smaller of this and a number; NaN stays NaN. One instruction of x86."""
        return (self.constant(bound) < self).choose(bound, self)

    def at_least(self, bound):
        """The greater of this and a number; NaN stays NaN. One instruction of x86."""
        return (self.constant(bound) > self).choose(bound, self)

    # Bits.

    def __and__(self, other):
        return self.wrap(self.builder.and_(self.value, self._operand(other)))

    def __or__(self, other):
        return self.wrap(self.builder.or_(self.value, self._operand(other)))

    def __xor__(self, other):
        return self.wrap(self.builder.xor(self.value, self._operand(other)))

    def __invert__(self):
        return self ^ -1

    def __lshift__(self, other):
        return self.wrap(self.builder.shl(self.value, self._operand(other)))

    def __rshift__(self, other):
        return self.wrap(self.builder.ashr(self.value, self._operand(other)))

    def shifted_down(self, other):
        """The bits moved down, zeros in their place."""
        return self.wrap(self.builder.lshr(self.value, self._operand(other)))

    def bits(self):
        """The same bytes as integers."""
        from llvmlite import ir

        return self.wrap(self.builder.bitcast(self.value, with_lane(self.type, ir.IntType(self.bits_each))))

    def as_float(self):
        """The same bytes as floating numbers."""
        return self.wrap(self.builder.bitcast(self.value, with_lane(self.type, float_type(self.bits_each))))

    def to_double(self):
        return self.wrap(self.builder.fpext(self.value, with_lane(self.type, float_type(64))))

    def to_single(self):
        return self.wrap(self.builder.fptrunc(self.value, with_lane(self.type, float_type(32))))

    def converted_to_float(self):
        """The integers as floating numbers of as many bits."""
        return self.wrap(self.builder.sitofp(self.value, with_lane(self.type, float_type(self.bits_each))))

    def any(self):
        """One bit: is this bit set in any lane?"""
        from llvmlite import ir

        if self.count is None:
            return self.value
        mask = ir.IntType(self.count)
        return self.builder.icmp_unsigned("!=", self.builder.bitcast(self.value, mask), ir.Constant(mask, 0))

    # Sign and rounding.

    def absolute(self):
        return self.intrinsic("fabs")

    def sign_bit(self):
        """The sign alone, as bits of an integer."""
        return self.bits() & (-1 << (self.bits_each - 1))

    def with_sign_of(self, other):
        """The magnitude of this and the sign of `other`."""
        return self.intrinsic("copysign", other)

    def flipped_by(self, sign):
        """This with the sign changed where the bits `sign` say so."""
        return (self.bits() ^ sign).as_float()

    def square_root(self):
        return self.intrinsic("sqrt")

    def nearest(self):
        """The nearest whole number, the even one of two."""
        return self.intrinsic("roundeven")

    @property
    def is_scalable(self):
        """Whether `scaled` is there for this vector."""
        return self.scales and self.count is not None and self.count * self.bits_each == 512

    def scaled(self, exponent):
        """This times 2 to the power of a whole number, rounded once: infinite or 0 where it has to be."""
        from llvmlite import ir

        name = "llvm.x86.avx512.mask.scalef." + {32: "ps.512", 64: "pd.512"}[self.bits_each]
        mask, mode = ir.IntType(self.count), ir.IntType(32)
        module = self.builder.module
        if name not in module.globals:
            ir.Function(module, ir.FunctionType(self.type, [self.type] * 3 + [mask, mode]), name)
        operands = [self.value, self._operand(exponent), self.value, mask(-1), mode(_CURRENT_ROUNDING)]
        return self.wrap(self.builder.call(module.globals[name], operands))

    def intrinsic(self, name, *others):
        """LLVM's intrinsic function of that name on this and others of its type."""
        operands = [self.value, *[self._operand(other) for other in others]]
        return self.wrap(
            self.builder.call(declaration(self.builder, name, self.type, len(operands)), operands)
        )


def declaration(builder, name, type, num_operands):
    """LLVM's intrinsic of that name, from `num_operands` values of `type` to one, declared in the builder's module."""
    from llvmlite import ir

    full_name = f"llvm.{name}.{_suffix(type)}"
    module = builder.module
    if full_name not in module.globals:
        ir.Function(module, ir.FunctionType(type, [type] * num_operands), full_name)
    return module.globals[full_name]


def _suffix(type):
    lane = lane_type(type)
    name = f"i{lane.width}" if hasattr(lane, "width") else {"float": "f32", "double": "f64"}[str(lane)]
    return f"v{type.count}{name}" if hasattr(type, "count") else name


def lane_type(type):
    """The type of one lane; of a single number its own."""
    return type.element if hasattr(type, "count") else type


def with_lane(type, lane):
    """The type of as many lanes of another type."""
    from llvmlite import ir

    return ir.VectorType(lane, type.count) if hasattr(type, "count") else lane


def float_type(num_bits):
    from llvmlite import ir

    return {32: ir.FloatType, 64: ir.DoubleType}[num_bits]()


def constant(type, number):
    """A number of `type`, the same in all lanes."""
    from llvmlite import ir

    lane = lane_type(type)
    if hasattr(lane, "width"):
        number = int(number) & ((1 << lane.width) - 1)  # as bits: LLVM reads them in either sense
    else:
        number = float(number)
        if str(lane) == "float" and math.isfinite(number):
            (number,) = struct.unpack("f", struct.pack("f", number))
    one = ir.Constant(lane, number)
    if not hasattr(type, "count"):
        return one
    splat = ir.FormattedConstant(lane, f"splat ({lane} {one.get_reference()})")
    splat.type = type  # after the constructor, which would repeat the text for each lane
    return splat


def polynomial(x, coefficients):
    """The sum of coefficients[k] x^k: even and odd powers apart, which the processor computes side by side."""
    if len(coefficients) < 5:
        return horner(x, coefficients)
    square = x * x
    return horner(square, coefficients[1::2]).multiply_add(x, horner(square, coefficients[::2]))


def horner(x, coefficients):
    """The same in Horner's order: for alternating signs, where the sums apart are greater than the whole."""
    total = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        if isinstance(total, Lanes):
            total = total.multiply_add(x, coefficient)
        else:
            total = x.multiply_add(total, coefficient)
    return total


def two_sum(a, b):
    """a + b rounded, and what rounding lost (D. E. Knuth, "The Art of Computer Programming", volume 2, 4.2.2)."""
    total = a + b
    rest = total - a
    return total, (a - (total - rest)) + (b - rest)


def quick_two_sum(a, b):
    """As `two_sum`, where |a| >= |b| or a is 0."""
    total = a + b
    return total, b - (total - a)
