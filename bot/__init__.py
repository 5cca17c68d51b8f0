"""Not in our name: answers abuse sent in a party's name, once a named person has approved the answer."""

from importlib.metadata import version

__version__ = version("not-in-our-name")
