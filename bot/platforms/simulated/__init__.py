"""A simulated, Mastodon-compatible network: for the demo and for tests. Real HTTP, everything in memory.

The door is `World` (bot.platforms.simulated.world) and `running` (bot.platforms.simulated.running).
"""
