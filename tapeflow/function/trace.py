"""A traced function: its program, and what it takes from and gives back to the world outside of its arguments."""

from tapeflow.core.operands import as_tensor
from tapeflow.graph import custom  # noqa: F401 (it teaches tracers about custom gradients)
from tapeflow.graph.graph import Graph
from tapeflow.graph.simplify import alive
from tapeflow.graph.tracing import Tracer


class Trace:
    """What tracing gave.

    graph: inputs are the arguments, then what `captures` names; outputs the results, then new values of variables.

    captures: eager tensors, tensors of a trace around this one, and variables, one for each input after the
    arguments; updates: (variable, position of its new value among the outputs); variables: all that were read
    or assigned, in the order of first use; created: those that were made while tracing; num_arguments,
    num_results: how many of the graph's inputs are arguments, and of its outputs results.
    """

    def __init__(self, tracer, results):
        self.name = tracer.name
        self.num_arguments = len(tracer.inputs) - len(tracer.bindings)
        self.num_results = len(results)
        self.captures = list(tracer.bindings)
        touched = list(tracer.variables.values())
        self.variables = [each.variable for each in touched]
        self.created = list(tracer.created)
        assigned = [each for each in touched if each.assigned]
        graph = tracer.finish([*results, *[each.current for each in assigned]])
        self.graph = Graph(graph.name, graph.inputs, alive(graph.nodes, graph.outputs), graph.outputs)
        self.updates = [(each.variable, len(results) + place) for place, each in enumerate(assigned)]


def trace_callable(function, specs, name="function", on_create=None):
    """The Trace of `function`, called with one symbolic tensor for each TensorSpec in `specs`.

    It returns a flat list of what can be converted to tensors. on_create(variable) is called with each
    variable that it makes. If anything is raised, nothing remains of the attempt.
    """
    tracer = Tracer(name)
    tracer.on_create = on_create
    with tracer.tracing():
        arguments = [tracer.argument(spec.dtype, spec.dims, spec.name) for spec in specs]
        results = [as_tensor(each) for each in function(*arguments)]
        for each in results:
            tracer.value_of(each)
    return Trace(tracer, results)


def refuse_creation(variable):
    """The `on_create` of traces that may make no variables: always raises ValueError."""
    raise ValueError(
        "tf.function only supports singleton tf.Variables created on the first call. Make sure the tf.Variable is "
        "only created once or created outside tf.function. See "
        "https://www.tensorflow.org/guide/function#creating_tfvariables for more information."
    )
