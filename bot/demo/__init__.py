"""The shop window: an evening of an invented party on this machine alone.

Real HTTP to simulated servers, the real adapter, rules, store, console and publisher; only the people are scripted.
"""

from bot.demo.play import play

__all__ = ["play"]
