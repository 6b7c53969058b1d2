"""Session: keeps the values of a graph's variables, and runs parts of the graph.

The first run with certain fetches and feeds traces the part of the graph that they need (`graphs/part.py`);
later runs find it again by the fetches and feeds. The program of a part takes the tiers of a traced function
(`function/program.py`): it is compiled when it runs again.
"""

from tapeflow.compat.graphs.default import graph_in_force, session_in_force
from tapeflow.compat.graphs.fetches import key_of
from tapeflow.compat.graphs.graph import Graph, get_default_graph
from tapeflow.compat.graphs.prepared import Prepared, Values, flat_feeds
from tapeflow.core.context import listening
from tapeflow.core.tensor import DEVICE


class Session:
    """Runs operations of a graph, and keeps the values that its variables have here.

    target: must be ""; graph: the graph, by default the one in force; config: a ConfigProto, which changes
    nothing. As a context manager the session and its graph are the default ones; it is closed at the end.

    >>> graph = tf.Graph()
    >>> with graph.as_default():
    ...     v = tf.compat.v1.Variable(1.0)
    ...     add = v.assign_add(2.0)
    ...     init = tf.compat.v1.global_variables_initializer()
    >>> with tf.compat.v1.Session(graph=graph) as session:
    ...     session.run(init)
    ...     session.run(add)
    np.float32(3.0)
    """

    def __init__(self, target="", graph=None, config=None):
        if graph is None:
            graph = get_default_graph()
        elif not isinstance(graph, Graph):
            raise TypeError(f"Argument `graph` must be a tf.Graph, but got '{type(graph).__name__}'")
        if config is not None and type(config).__name__ != "ConfigProto":
            raise TypeError(f"Argument `config` must be a tf.ConfigProto, but got '{type(config).__name__}'")
        if target:
            raise NotImplementedError(f"Sessions run in this process; there is no target {target!r}.")
        self._graph = graph
        self._values = Values()
        self._prepared = {}  # what is asked for, and what is fed -> Prepared
        self._closed = False
        self._contexts = []

    graph = property(lambda self: self._graph, doc="The graph whose operations it runs.")
    graph_def = property(lambda self: self._graph.as_graph_def(), doc="The graph as text.")
    sess_str = ""

    def run(self, fetches, feed_dict=None, options=None, run_metadata=None):
        """Runs what the fetches need and gives their values.

        fetches: a tensor, variable or operation of the graph, the name of one, or a nest of them (lists, tuples,
        named tuples, dicts). Tensors give NumPy arrays or scalars, operations None. feed_dict: values to
        take in place of tensors. Every operation runs once, however many fetches need it.

        Raises TypeError and ValueError for fetches and feeds that are none or do not fit, InvalidArgumentError for a
        placeholder that gets no value, FailedPreconditionError for a variable without a value, RuntimeError if the
        session is closed.
        """
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        if not self._graph.version:
            raise RuntimeError(
                "The Session graph is empty. Add operations to the graph before calling run()."
            )
        if feed_dict:
            feed_dict = flat_feeds(feed_dict)
        key = key_of(fetches), tuple(feed_dict) if feed_dict else ()
        try:
            prepared = self._prepared.get(key)
        except TypeError:  # a fetch or feed without a hash, which is none
            prepared, key = None, None
        if prepared is None:
            prepared = Prepared(self._graph, fetches, feed_dict or {})
            if key is not None:
                self._prepared[key] = prepared
        if not listening:
            return prepared(self._values, feed_dict)
        with graph_in_force(None):
            return prepared(self._values, feed_dict)

    def make_callable(self, fetches, feed_list=None, accept_options=False):
        """A function of values for the tensors in `feed_list`, in order, that gives what the fetches give."""
        feed_list = list(feed_list or ())

        def call(*values):
            if len(values) != len(feed_list):
                raise TypeError(f"Expected {len(feed_list)} values to feed, but got {len(values)}.")
            return self.run(fetches, dict(zip(feed_list, values, strict=True)))

        return call

    def close(self):
        """Ends the session; what it knows of the variables is gone."""
        self._closed = True
        self._prepared = {}
        self._values.clear()

    def as_default(self):
        """Context manager: inside, `Tensor.eval` and `Operation.run` are its own. It is not closed at the end."""
        return session_in_force(self)

    def __enter__(self):
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        contexts = graph_in_force(self._graph), session_in_force(self)
        for each in contexts:
            each.__enter__()
        self._contexts.append(contexts)
        return self

    def __exit__(self, kind, value, traceback):
        for each in reversed(self._contexts.pop()):
            each.__exit__(kind, value, traceback)
        self.close()

    def list_devices(self):
        """The names of the devices: the CPU."""
        return [DEVICE]

    def partial_run(self, handle, fetches, feed_dict=None):
        """Not there: NotImplementedError."""
        raise NotImplementedError(
            "Partial runs are not there: run the fetches of each stage with their feeds."
        )

    partial_run_setup = partial_run


class InteractiveSession(Session):
    """A session that is the default one, as its graph is, from when it is made until it is closed.

    >>> tf.compat.v1.reset_default_graph()
    >>> session = tf.compat.v1.InteractiveSession()
    >>> x = tf.constant(2.0) * 3.0
    >>> x.eval()
    np.float32(6.0)
    >>> session.close()
    """

    def __init__(self, target="", graph=None, config=None):
        super().__init__(target, graph, config)
        contexts = graph_in_force(self._graph), session_in_force(self)
        for each in contexts:
            each.__enter__()
        self._contexts.append(contexts)

    def close(self):
        """Ends the session."""
        super().close()
        while self._contexts:
            for each in reversed(self._contexts.pop()):
                each.__exit__(None, None, None)
