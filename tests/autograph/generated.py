"""Programs of nested control flow, made at random: what they give is known from running them without tf.function."""

import random

_NAMES = ("x", "y", "z")


class Writer:
    """Writes one function of a tensor `a`. Names may be read before they have a value, and ends may be reached."""

    def __init__(self, seed):
        self._random = random.Random(seed)
        self._lines = []
        self._count = 0
        self._budget = 14

    def source(self):
        """The text of the function."""
        self._lines = ["def generated(a):"]
        self._line(1, f"x = {self._random.choice(['1', 'a', 'a * 2', 'tf.constant(3)'])}")
        for name, value in (("y", "a + 1"), ("z", "a * 5")):
            if self._random.random() < 0.75:
                self._line(1, f"{name} = {value}")
        self._block(1, 3, in_loop=False)
        if self._random.random() < 0.85:
            self._line(1, f"return {self._value()}")
        self._line(1, "x = y = z = a")  # so that they are names of the function
        return "\n".join(self._lines) + "\n"

    def _line(self, depth, text):
        self._lines.append("    " * depth + text)

    def _value(self):
        name = self._random.choice(("a", "x", *_NAMES))
        form = self._random.choice(("{0}", "{0} + 1", "{0} * 2 - a", "a - {0}", "{0} + {1}", "5 + {0}"))
        return form.format(name, self._random.choice(("a", "x", "y")))

    def _test(self):
        name = self._random.choice(("a", "a", "x", "y"))
        form = self._random.choice(
            (
                "{0} > 1",
                "{0} % 2 == 0",
                "{0} < 3",
                "{0} > 0 and a < 4",
                "not {0} > 2",
                "0 < {0} < 5",
                "{0} > 6 or a == 1",
            )
        )
        return form.format(name)

    def _block(self, depth, size, in_loop):
        start = len(self._lines)
        for _ in range(self._random.randint(1, size)):
            if self._statement(depth, in_loop):
                break
        if len(self._lines) == start:
            self._line(depth, "pass")

    def _statement(self, depth, in_loop):
        """Writes a statement; True if nothing after it in its block is reached."""
        self._budget -= 1
        kinds = ["assign"] * 4
        if depth < 5 and self._budget > 0:
            kinds += ["if"] * 5 + ["while", "for", "for", "python", "endless", "try", "with"]
        if depth > 1:
            kinds += ["return", "return"]
        if in_loop and depth > 2:
            kinds += ["break", "continue"]
        kind = self._random.choice(kinds)
        if kind == "return":
            self._line(depth, f"return {self._value()}")
        elif kind in ("break", "continue"):
            self._line(depth, kind)
        else:
            getattr(self, f"_{kind}")(depth, in_loop)
        return kind in ("return", "break", "continue")

    def _assign(self, depth, in_loop):
        if self._random.random() < 0.2:
            self._line(depth, f"x += {self._random.randint(1, 3)}")
        else:
            self._line(depth, f"{self._random.choice(_NAMES)} = {self._value()}")

    def _if(self, depth, in_loop):
        self._line(depth, f"if {self._test()}:")
        self._block(depth + 1, 2, in_loop)
        if self._random.random() < 0.3:
            self._line(depth, f"elif {self._test()}:")
            self._block(depth + 1, 2, in_loop)
        if self._random.random() < 0.5:
            self._line(depth, "else:")
            self._block(depth + 1, 2, in_loop)

    def _counter(self):
        self._count += 1
        return f"k{self._count}"

    def _while(self, depth, in_loop):
        k = self._counter()
        self._line(depth, f"{k} = tf.constant(0)")
        self._line(depth, f"while {k} < {self._random.choice(('3', 'a', '2'))}:")
        self._line(depth + 1, f"{k} += 1")
        self._block(depth + 1, 3, True)
        self._else(depth, in_loop)

    def _endless(self, depth, in_loop):
        k = self._counter()
        self._line(depth, f"{k} = tf.constant(0)")
        self._line(depth, "while True:")
        self._line(depth + 1, f"{k} += 1")
        leave = "break" if self._random.random() < 0.5 else f"return {self._value()}"
        self._line(depth + 1, f"if {k} > 3:")
        self._line(depth + 2, leave)
        self._block(depth + 1, 2, True)

    def _for(self, depth, in_loop):
        i = self._counter()
        self._line(depth, f"for {i} in tf.range({self._random.choice(('3', 'a % 4', 'a % 3', '1'))}):")
        self._line(depth + 1, f"x = x + {i}")
        self._block(depth + 1, 3, True)
        self._else(depth, in_loop)

    def _else(self, depth, in_loop):
        if self._random.random() < 0.2:
            self._line(depth, "else:")
            self._block(depth + 1, 2, in_loop)

    def _python(self, depth, in_loop):
        i = self._counter()
        self._line(depth, f"for {i} in range(2):")
        self._line(depth + 1, f"if {i} == {self._random.randint(0, 2)}:")
        self._line(depth + 2, self._random.choice(("x = x + 7", "break", "continue", "y = a")))
        self._block(depth + 1, 2, True)

    def _try(self, depth, in_loop):
        self._line(depth, "try:")
        self._block(depth + 1, 2, in_loop)
        self._line(depth, "finally:")
        self._line(depth + 1, f"{self._random.choice(('x', 'w'))} = a * 3")

    def _with(self, depth, in_loop):
        self._line(depth, "with tf.name_scope('inner'):")
        self._block(depth + 1, 2, in_loop)
