"""What the programs share: telling how a call is refused, and that numbers come out of long calculations."""


def attempt(call, *phrases):
    """Calls, and prints the class of what is raised, and whether its message has the phrases."""
    try:
        call()
    except Exception as error:
        print("raises", type(error).__name__)
        for phrase in phrases:
            print("says" if phrase in str(error) else "does not say", repr(phrase))
    else:
        print("passes")


def computed(program):
    """Marks a program whose printed numbers end in digits that depend on the order of additions."""
    program.computed = True
    return program
