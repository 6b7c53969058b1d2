"""One program of the differential test: a function of the library and of arrays, and how closely results must agree."""

import numpy as np


class Program:
    """`function(tf, *inputs)` returns a nest of tensors. inputs: arrays. gradient: whether gradients of the sum of the
    floating results with respect to the floating inputs are compared, too; second: second derivatives as well. staged:
    whether TensorFlow runs it in its tf.function, which takes most of the time, or eagerly."""

    def __init__(self, name, function, *inputs, gradient=True, second=False, rtol=None, staged=True):
        self.name = name
        self.function = function
        self.inputs = [np.asarray(each) for each in inputs]
        self.gradient = gradient
        self.second = second
        self.rtol = rtol
        self.staged = staged


def table(**defaults):
    """A list of programs, and a decorator `@program(*inputs, ...)` that adds to it. defaults: options of all."""
    programs = []

    def program(*inputs, **options):
        def add(function):
            programs.append(Program(function.__name__, function, *inputs, **{**defaults, **options}))
            return function

        return add

    return programs, program
