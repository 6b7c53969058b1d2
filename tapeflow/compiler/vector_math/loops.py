"""Branches that few arguments need: they are taken where any lane does."""


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
