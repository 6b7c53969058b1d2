"""Workloads under `tf.function`, each in two forms: as it comes and with jit_compile=True."""

from libraries.tensorflow_style import networks

MAKERS = {
    "MLP SGD step": networks.perceptron_step,
    "MLP Adam step": networks.adam_step,
    "softmax 1024x1024": networks.row_softmax,
    "layer norm 1024x1024": networks.row_norm,
    "CNN step": networks.convolutional_step,
    "GPT block step": networks.block_step,
    "Newton 10,000": networks.newton,
    "RNN 50 gradient": networks.recurrent_gradient,
}
FORMS = {"function": {}, "jit_compile": {"jit_compile": True}}


def workloads(tf):
    """{"compiled name: form": function of no arguments}."""
    return {
        f"compiled {name}: {form}": _workload(tf, make, options)
        for name, make in MAKERS.items()
        for form, options in FORMS.items()
    }


def _workload(tf, make, options):
    function, arguments = make(tf)
    function = tf.function(function, **options)
    return lambda: function(*arguments)
