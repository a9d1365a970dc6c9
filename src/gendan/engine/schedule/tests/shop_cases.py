"""Small shops by lot for the tests: every rule occurs."""

from hypothesis import strategies as st

from gendan.engine.schedule.shop import Choice, Goal, Job, Machine, Operation, Placed, Shop, Skill

FAMILIES = ("", "red", "blue")


@st.composite
def machines(draw: st.DrawFn, name: str, horizon: int) -> Machine:
    """Always at work or in shifts, with or without maintenance and set-ups."""
    shifts = None
    if draw(st.booleans()):
        starts = draw(st.lists(st.integers(0, horizon), min_size=1, max_size=4))
        shifts = tuple((start, start + draw(st.integers(2, 8))) for start in starts)
        shifts += ((horizon, 3 * horizon),)
    down = draw(st.lists(st.integers(0, horizon), max_size=1))
    setups = {}
    if draw(st.booleans()):
        setups = {
            (one, other): draw(st.integers(0, 3))
            for one in FAMILIES
            for other in FAMILIES
            if one != other
        }
    return Machine(
        name,
        shifts,
        tuple((begin, begin + draw(st.integers(1, 4))) for begin in down),
        setups,
        draw(st.sampled_from(FAMILIES)),
    )


@st.composite
def operations(draw: st.DrawFn, name: str, count: int, longest: int) -> Operation:
    """On one or two machines; some with people, batches, material to wait for."""
    places = draw(st.sets(st.integers(0, count - 1), min_size=1, max_size=2))
    skilled = draw(st.integers(0, 2)) == 0
    choices = tuple(
        Choice(
            f"m{place}",
            draw(st.integers(1, longest)),
            "weld" if skilled else "",
            draw(st.integers(1, 2)),
        )
        for place in sorted(places)
    )
    return Operation(
        name,
        choices,
        family=draw(st.sampled_from(FAMILIES)),
        batches=draw(st.sampled_from((1, 1, 2, 3))),
        ready=draw(st.sampled_from((0, 0, 5))),
        may_pause=draw(st.booleans()),
    )


@st.composite
def shops(
    draw: st.DrawFn, most_jobs: int = 4, most_steps: int = 3, horizon: int = 30, longest: int = 6
) -> Shop:
    """A shop of a few jobs on two or three machines."""
    count = draw(st.integers(2, 3))
    jobs = []
    for number in range(draw(st.integers(1, most_jobs))):
        steps = draw(st.integers(1, most_steps))
        jobs.append(
            Job(
                f"j{number}",
                tuple(draw(operations(f"s{step}", count, longest)) for step in range(steps)),
                release=draw(st.sampled_from((0, 0, 4))),
                due=draw(st.one_of(st.none(), st.integers(0, horizon // 2))),
                weight=draw(st.integers(1, 3)),
            )
        )
    half = horizon // 3
    people = ((0, half, 2), (half, 2 * half, draw(st.integers(1, 2))), (2 * half, 9 * horizon, 3))
    return Shop(
        tuple(draw(machines(f"m{place}", horizon)) for place in range(count)),
        tuple(jobs),
        (Skill("weld", people),),
        draw(st.sampled_from(Goal)),
    )


@st.composite
def replanned(draw: st.DrawFn) -> Shop:
    """A shop with a former schedule, right or wrong, that is dear to leave."""
    shop = draw(shops())
    former = []
    for job in shop.jobs:
        for operation in job.operations:
            if draw(st.booleans()):
                machine = draw(st.sampled_from(operation.choices)).machine
                start = draw(st.integers(0, 30))
                former.append(Placed(job.name, operation.name, machine, start, start + 1))
    return Shop(
        shop.machines, shop.jobs, shop.skills, shop.goal, tuple(former), draw(st.integers(1, 20))
    )
