"""Branches and loops that few arguments need, in private functions of the program that LLVM puts in their place.

So what the caller writes stays in one block, wherever the builder stands in it.
"""

from tapeflow.compiler.vector_math.lanes import Lanes


def outlined(name, body, arguments, like):
    """`body(*arguments)`, written once in a private function of the module, and called.

    arguments: Lanes; like: Lanes or types of the results, of which there is a tuple. The function stands in the module
    under the name, the types of the arguments and whether the target has fused multiplication.
    """
    from llvmlite import ir

    first = arguments[0]
    builder, fma, scales = first.builder, first.fma, first.scales
    types = [each.type for each in arguments]
    words = [name, *[str(each).strip("<>").replace(" ", "") for each in types]]
    full_name = "_".join(words if fma else [*words, "without_fma"])
    if full_name not in builder.module.globals:
        results = ir.LiteralStructType([each.type for each in like])
        function = ir.Function(builder.module, ir.FunctionType(results, types), full_name)
        function.linkage = "private"
        function.attributes.add("alwaysinline")
        inside = ir.IRBuilder(function.append_basic_block())
        values = body(*[Lanes(inside, argument, fma, scales) for argument in function.args])
        inside.ret(_struct(inside, results, values))
    result = builder.call(builder.module.globals[full_name], [each.value for each in arguments])
    return tuple([first.wrap(builder.extract_value(result, k)) for k in range(len(like))])


def _struct(builder, type, values):
    from llvmlite import ir

    result = ir.Constant(type, ir.Undefined)
    for k, each in enumerate(values):
        result = builder.insert_value(result, each.value, k)
    return result


def repeat_while(condition, step, state):
    """`state = step(*state)` as long as `condition(*state)` holds in any lane: a loop in the program.

    state: a tuple of Lanes, whose types stay; lanes that are done must not be changed by `step`.
    """
    builder = state[0].builder
    before = builder.block
    test, body, after = [builder.append_basic_block() for _ in range(3)]
    builder.branch(test)
    builder.position_at_end(test)
    phis = [builder.phi(each.type) for each in state]
    current = tuple([each.wrap(phi) for each, phi in zip(state, phis, strict=True)])
    builder.cbranch(condition(*current).any(), body, after).set_weights([1, 99])
    builder.position_at_end(body)
    following = step(*current)
    for phi, first, next_one in zip(phis, state, following, strict=True):
        phi.add_incoming(first.value, before)
        phi.add_incoming(next_one.value, builder.block)
    builder.branch(test)
    builder.position_at_end(after)
    return current
