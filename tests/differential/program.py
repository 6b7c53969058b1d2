"""One program of the differential test: a function of the library and of arrays, and how closely results must agree."""

import numpy as np


class Program:
    """`function(tf, *inputs)` returns a nest of tensors. inputs: arrays. gradient: whether gradients of the sum of the
    floating results with respect to the floating inputs are compared, too; second: second derivatives as well."""

    def __init__(self, name, function, *inputs, gradient=True, second=False, rtol=None):
        self.name = name
        self.function = function
        self.inputs = [np.asarray(each) for each in inputs]
        self.gradient = gradient
        self.second = second
        self.rtol = rtol


def table():
    """A list of programs, and a decorator `@program(*inputs, ...)` that adds to it."""
    programs = []

    def program(*inputs, **options):
        def add(function):
            programs.append(Program(function.__name__, function, *inputs, **options))
            return function

        return add

    return programs, program
