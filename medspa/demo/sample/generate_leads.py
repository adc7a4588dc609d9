"""Generates the leads of a chunk, from the first click to today."""

from medspa.demo.sample.arrival import ArrivalPlan, arrive, create_person, first_touch
from medspa.demo.sample.channels import Channel
from medspa.demo.sample.consult import book
from medspa.demo.sample.ending import give_up, write_lead
from medspa.demo.sample.next_steps import plan_next_step
from medspa.demo.sample.plan import Chunk, World
from medspa.demo.sample.purchases import buy
from medspa.demo.sample.simulation import Simulation

# Table → how many rows, and their lines for COPY.
ChunkRows = dict[str, tuple[int, bytes]]


def generate_chunk(world: World, chunk: Chunk) -> ChunkRows:
    """All rows of the chunk. The same world and chunk give the same rows, except
    for the nonces of what is encrypted."""
    simulation = Simulation(world, chunk)
    arrivals = ArrivalPlan(simulation)
    for number, arrival in enumerate(arrivals.in_order(), chunk.first_number):
        _generate_lead(simulation, arrivals, number, *arrival)
    return simulation.rows.as_copy_text()


def _generate_lead(
    simulation: Simulation,
    arrivals: ArrivalPlan,
    number: int,
    moment: int,
    channel: Channel,
    is_fresh: bool,
) -> None:
    person = create_person(simulation, number, moment, channel)
    arrive(simulation, arrivals, person)
    if not is_fresh:
        first_touch(simulation, person)
        book(simulation, person)
        if person.shown is not None:
            buy(simulation, person, person.shown)
        give_up(simulation, person)
        plan_next_step(simulation, person)
    write_lead(simulation, person, is_fresh=is_fresh)
