from tapeflow.ops import effects
from tests.ops.case import Case, integers, normal

CASES = [
    Case(effects.read_variable, normal(2, 3), reference=lambda value: value),
    Case(effects.read_variable, integers(4), reference=lambda value: value),
    Case(effects.check_numerics, normal(2, 3), message="values", reference=lambda tensor: tensor),
]
