"""The optimizers of `tf.compat.v1.train`, with TensorFlow's formulas and names of slots."""

from tapeflow.compat.v1.optimizer import Optimizer, ones_slot, zeros_slot
from tapeflow.ops.arithmetic import rsqrt, sqrt, square
from tapeflow.ops.creation import full

__all__ = [
    "AdadeltaOptimizer",
    "AdagradOptimizer",
    "AdamOptimizer",
    "GradientDescentOptimizer",
    "MomentumOptimizer",
    "Optimizer",
    "RMSPropOptimizer",
]


class GradientDescentOptimizer(Optimizer):
    """value -= learning_rate * g.

    >>> with tf.Graph().as_default():
    ...     v = tf.compat.v1.Variable(3.0)
    ...     step = tf.compat.v1.train.GradientDescentOptimizer(0.1).minimize(v * v)
    ...     with tf.compat.v1.Session() as session:
    ...         session.run(v.initializer)
    ...         session.run(step)
    ...         print(round(float(session.run(v)), 4))
    2.4
    """

    def __init__(self, learning_rate, use_locking=False, name="GradientDescent"):
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate

    def _hyper(self):
        return {"rate": self._learning_rate}

    def _step(self, g, value, slots, settings):
        return value - settings["rate"] * g, slots


class MomentumOptimizer(Optimizer):
    """accumulated = momentum * accumulated + g; value -= learning_rate * accumulated.

    With `use_nesterov` value -= learning_rate * (g + momentum * accumulated).
    """

    _slots = {"momentum": zeros_slot}
    _leaves_other_rows = True

    def __init__(self, learning_rate, momentum, use_locking=False, name="Momentum", use_nesterov=False):
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._momentum = momentum
        self._use_nesterov = use_nesterov

    def _hyper(self):
        return {"rate": self._learning_rate, "momentum": self._momentum}

    def _step(self, g, value, slots, settings):
        rate, momentum = settings["rate"], settings["momentum"]
        accumulated = slots["momentum"] * momentum + g
        if self._use_nesterov:
            after = value - (g * rate + accumulated * momentum * rate)
        else:
            after = value - accumulated * rate
        return after, {"momentum": accumulated}


class AdamOptimizer(Optimizer):
    """Adam (Kingma and Ba, 2014), in the form before section 2.1, where epsilon is "epsilon hat"."""

    _slots = {"m": zeros_slot, "v": zeros_slot}
    _shared_values = {"beta1_power": "_beta1", "beta2_power": "_beta2"}

    def __init__(
        self, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-08, use_locking=False, name="Adam"
    ):
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._beta1 = beta1
        self._beta2 = beta2
        self._epsilon = epsilon

    def _hyper(self):
        return {
            "rate": self._learning_rate,
            "beta1": self._beta1,
            "beta2": self._beta2,
            "epsilon": self._epsilon,
            "power1": self._shared_variable("beta1_power"),
            "power2": self._shared_variable("beta2_power"),
        }

    def _step(self, g, value, slots, settings):
        rate = settings["rate"] * sqrt(1.0 - settings["power2"]) / (1.0 - settings["power1"])
        m = slots["m"] + (g - slots["m"]) * (1.0 - settings["beta1"])
        v = slots["v"] + (square(g) - slots["v"]) * (1.0 - settings["beta2"])
        return value - m * rate / (sqrt(v) + settings["epsilon"]), {"m": m, "v": v}

    def _after_step(self):
        first, second = self._shared_variable("beta1_power"), self._shared_variable("beta2_power")
        return [(first, first * self._beta1), (second, second * self._beta2)]

    def _get_beta_accumulators(self):
        return self._shared_variable("beta1_power"), self._shared_variable("beta2_power")


class AdagradOptimizer(Optimizer):
    """accumulated += g²; value -= learning_rate * g / sqrt(accumulated) (Duchi and others, 2011)."""

    _slots = {"accumulator": lambda self, dims, dtype: full(dims, self._initial_value, dtype)}

    def __init__(self, learning_rate, initial_accumulator_value=0.1, use_locking=False, name="Adagrad"):
        if initial_accumulator_value <= 0.0:
            raise ValueError(f"initial_accumulator_value must be positive: {initial_accumulator_value}")
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_value = initial_accumulator_value

    def _hyper(self):
        return {"rate": self._learning_rate}

    def _step(self, g, value, slots, settings):
        accumulated = slots["accumulator"] + square(g)
        return value - settings["rate"] * g * rsqrt(accumulated), {"accumulator": accumulated}


class AdadeltaOptimizer(Optimizer):
    """Adadelta (Zeiler, 2012): steps as large as the running mean of the last ones."""

    _slots = {"accum": zeros_slot, "accum_update": zeros_slot}
    _leaves_other_rows = True

    def __init__(self, learning_rate=0.001, rho=0.95, epsilon=1e-08, use_locking=False, name="Adadelta"):
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._rho = rho
        self._epsilon = epsilon

    def _hyper(self):
        return {"rate": self._learning_rate, "rho": self._rho, "epsilon": self._epsilon}

    def _step(self, g, value, slots, settings):
        rho, epsilon = settings["rho"], settings["epsilon"]
        squares = slots["accum"] * rho + square(g) * (1.0 - rho)
        update = sqrt(slots["accum_update"] + epsilon) * rsqrt(squares + epsilon) * g
        updates = slots["accum_update"] * rho + square(update) * (1.0 - rho)
        return value - update * settings["rate"], {"accum": squares, "accum_update": updates}


class RMSPropOptimizer(Optimizer):
    """value -= learning_rate * g / sqrt(running mean of g² + epsilon), with momentum.

    `centered` takes the running mean of g off.

    Hinton, "Lecture 6e", 2012.
    """

    _leaves_other_rows = True

    def __init__(
        self,
        learning_rate,
        decay=0.9,
        momentum=0.0,
        epsilon=1e-10,
        use_locking=False,
        centered=False,
        name="RMSProp",
    ):
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._decay = decay
        self._momentum = momentum
        self._epsilon = epsilon
        self._slots = {"rms": ones_slot, **({"mg": zeros_slot} if centered else {}), "momentum": zeros_slot}
        self._centered = centered

    def _hyper(self):
        return {
            "rate": self._learning_rate,
            "decay": self._decay,
            "momentum": self._momentum,
            "epsilon": self._epsilon,
        }

    def _step(self, g, value, slots, settings):
        decay, epsilon = settings["decay"], settings["epsilon"]
        squares = slots["rms"] + (square(g) - slots["rms"]) * (1.0 - decay)
        after = {"rms": squares}
        spread = squares + epsilon
        if self._centered:
            mean = after["mg"] = slots["mg"] + (g - slots["mg"]) * (1.0 - decay)
            spread = spread - square(mean)
        after["momentum"] = slots["momentum"] * settings["momentum"] + settings["rate"] * g * rsqrt(spread)
        return value - after["momentum"], after
