"""What of the configuration decides what a plan would write, as one digest.

Left out is what is judged anew before a run's first write (guards, policy),
what only says where things lie or who is told, and every secret.
"""

import hashlib
import json

from bbbkeep.settings import ServerSettings, Settings


def configuration_digest(settings: Settings, server: ServerSettings) -> str:
    """Return the digest of all that decides what is written to *server*, and how."""
    captions, owners = settings.captions, settings.owners
    deciding = {
        "url": server.url,
        "profile": server.profile,
        "other_ids": settings.other_ids.pattern if settings.other_ids else None,
        "captions": [captions.kind, captions.upload_to_unpublished, captions.replace_foreign],
        "lang_map": dict(server.lang_map),
        "owners": [owners.metadata_key, owners.required, owners.stages] if owners else None,
    }
    return hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()
