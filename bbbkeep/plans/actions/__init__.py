"""What a plan can do to a recording: one file for each action, found in one dict.

A new action is one file here, one line in `ACTIONS`, and one test file.
"""

from bbbkeep.plans.action import Action
from bbbkeep.plans.actions.begin_grace import BeginGrace
from bbbkeep.plans.actions.delete import Delete
from bbbkeep.plans.actions.publish import Publish
from bbbkeep.plans.actions.remove_metadata import RemoveMetadata
from bbbkeep.plans.actions.remove_text_track import RemoveTextTrack
from bbbkeep.plans.actions.set_metadata import SetMetadata
from bbbkeep.plans.actions.unpublish import Unpublish
from bbbkeep.plans.actions.upload_text_track import UploadTextTrack

ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        SetMetadata(),
        RemoveMetadata(),
        Publish(),
        Unpublish(),
        BeginGrace(),
        Delete(),
        UploadTextTrack(),
        RemoveTextTrack(),
    )
}
