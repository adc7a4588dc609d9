"""The lives of a chunk's leads, from the first click to today."""

from medspa.demo.sample.arrival import Arrivals, arrive, first_touch, meet
from medspa.demo.sample.channels import Channel
from medspa.demo.sample.consult import book
from medspa.demo.sample.ending import give_up, write
from medspa.demo.sample.next_steps import plan_next_step
from medspa.demo.sample.plan import Chunk, World
from medspa.demo.sample.purchases import buy
from medspa.demo.sample.simulation import Scene

# Table → how many rows, and their lines for COPY.
ChunkText = dict[str, tuple[int, bytes]]


def tell(world: World, chunk: Chunk) -> ChunkText:
    """All rows of the chunk. The same world and chunk give the same rows, except
    for the nonces of what is encrypted."""
    scene = Scene(world, chunk)
    arrivals = Arrivals(scene)
    for number, arrival in enumerate(arrivals.in_order(), chunk.first_number):
        _tell_one(scene, arrivals, number, *arrival)
    return scene.rows.as_copy_text()


def _tell_one(
    scene: Scene,
    arrivals: Arrivals,
    number: int,
    moment: int,
    channel: Channel,
    is_fresh: bool,
) -> None:
    person = meet(scene, number, moment, channel)
    arrive(scene, arrivals, person)
    if not is_fresh:
        first_touch(scene, person)
        book(scene, person)
        if person.shown is not None:
            buy(scene, person, person.shown)
        give_up(scene, person)
        plan_next_step(scene, person)
    write(scene, person)
