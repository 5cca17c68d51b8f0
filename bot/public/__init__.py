"""The pages for people outside, who have no sign-in: nothing on them names staff or tells what is not public."""

from bot.public.choices import ChoicesPage
from bot.public.right_of_reply import RightOfReply
from bot.public.site import PublicSite, public_app, public_templates

__all__ = ["ChoicesPage", "PublicSite", "RightOfReply", "public_app", "public_templates"]
