"""What is ours in the NATS client."""

import asyncio

from bus.nats.client import FastClient, PausingParser


async def test_each_piece_of_the_socket_gives_the_loop_its_turn() -> None:
    turns: list[int] = []
    parser = PausingParser(FastClient())
    for piece in range(3):
        asyncio.get_running_loop().call_soon(turns.append, piece)
        await parser.parse(b"+OK\r\n")
        assert turns == [*range(piece + 1)]
