"""Editing: changes of hand-written architectures by programs, each a change of the author's text that was checked."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archc.editing.edited import Edited
    from archc.editing.mutation import Mutation, mutate
    from archc.editing.selection import Selection, select
else:
    from archc.doors import door

    __getattr__, __dir__ = door(
        __name__,
        {
            "Edited": "edited",
            "Mutation": "mutation",
            "Selection": "selection",
            "mutate": "mutation",
            "select": "selection",
        },
    )

__all__ = ["Edited", "Mutation", "Selection", "mutate", "select"]
