"""Arguments that give other values each time: a function that gets one runs as the Python that it is."""


class Stream:
    """What a function takes values from while it runs, such as an iterator over a data set.

    What it gives next is not known when a function is traced, not even its shape. So a `tf.function` that is called
    with one is not traced itself; the functions that it calls with the values are.
    """


def among(args, kwargs):
    """Whether one of the arguments of a call is a Stream."""
    return any([isinstance(each, Stream) for each in args]) or (
        bool(kwargs) and any([isinstance(each, Stream) for each in kwargs.values()])
    )
