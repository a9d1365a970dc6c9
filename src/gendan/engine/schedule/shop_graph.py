"""Shops that are graphs, longest paths telling everything, as arrays for the tabu search."""

import numpy as np

from .shop_instance import NOBODY, Instance
from .shop_paths import Graph, Ints, State
from .shop_tabu import Memory

LARGEST_TABU = 4_000  # operations: its memory is square


def graph_of(instance: Instance) -> Graph:
    """The instance as arrays for the tabu search; only what `is_graph` allows is in them."""
    tasks, families = instance.tasks, instance.families
    options = [option for task in tasks for option in task.options]
    counts = np.array([len(task.options) for task in tasks], np.int64)
    setup = np.zeros((len(instance.clocks), families, families), np.int64)
    first = np.zeros((len(instance.clocks), families), np.int64)
    for machine, setups in enumerate(instance.setups):
        for (before, after), minutes in setups.items():
            setup[machine, before, after] = minutes
        first[machine] = setup[machine, instance.begin_family[machine]]
    return Graph(
        np.array([task.before for task in tasks], np.int64),
        np.array([task.after for task in tasks], np.int64),
        np.array([task.options[0].spans[0].low for task in tasks], np.int64),
        np.array([task.batches for task in tasks], np.int64),
        np.array([task.family for task in tasks], np.int64),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        np.array([option.machine for option in options], np.int64),
        np.array([option.minutes for option in options], np.int64),
        setup,
        first,
    )


def is_graph(instance: Instance) -> bool:
    """Whether longest paths tell everything: makespan, no gaps in calendars, people, locks."""
    return (
        instance.is_makespan
        and not instance.shop.stability
        and len(instance.tasks) <= LARGEST_TABU
        and all(clock.is_always_open for clock in instance.clocks)
        and not any(
            task.is_locked or any(option.skill != NOBODY for option in task.options)
            for task in instance.tasks
        )
    )


def new_state(operations: int, machines: int) -> State:
    """An empty solution."""

    def zeros() -> Ints:
        return np.zeros(operations, np.int64)

    return State(
        choice=zeros(),
        machine=zeros(),
        minutes=zeros(),
        left=zeros(),
        right=zeros(),
        head=zeros(),
        tail=zeros(),
        ready=zeros(),
        rest=zeros(),
        order=zeros(),
        degree=zeros(),
        front=np.zeros(machines, np.int64),
    )


def new_memory(operations: int, machines: int) -> Memory:
    """The memory of a search that has not begun."""
    return Memory(
        numbers=np.zeros(3, np.int64),
        choice=np.zeros(operations, np.int64),
        order=np.zeros(operations, np.int64),
        forbidden=np.zeros((operations, operations), np.int32),
        away=np.zeros((operations, machines), np.int32),
        path=np.zeros(operations, np.int64),
        heads=np.zeros(operations, np.int64),
        moves=np.zeros((4 * operations, 3), np.int64),
        found=np.zeros(6, np.int64),
        spare=np.zeros(6, np.int64),
    )
