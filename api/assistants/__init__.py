"""What assistants such as Claude may ask and do, over the Model Context Protocol."""

from api.assistants import lead_tools, number_tools, statement_tools, write_tools
from api.assistants.views import assistants

__all__ = [
    "assistants",
    "lead_tools",
    "number_tools",
    "statement_tools",
    "write_tools",
]
