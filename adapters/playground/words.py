"""What only makes sense in the playground: its names, refusals and hints."""

from __future__ import annotations

LABEL = "Playground"
NOT_FOUND = "I can't find that thread, or you can't read it. Open it in the list on the left, then try again."
NO_CHANNEL = (
    "I can't find that channel, or you can't read it. Choose one in the list on the left, then try again."
)
THREAD_GONE = "That thread was deleted."
POST_GONE = "That post was deleted."
FILE_GONE = "That file is no longer in the playground."
NOBODY = "Choose who you are, at the lower left, then try again."
NOT_YOURS = "Only its author can change that message. Switch to them at the lower left, then try again."
NOT_MODERATOR = "Only a moderator can do that. Switch to Mei at the lower left, then try again."
EMPTY = "Write something or attach a file first."
TOO_LONG = "That is longer than {limit:,} characters. Split it, or attach it as a file."
TOO_LARGE = "That file is larger than {limit} MB, which is the most the playground takes."
NO_TITLE = "Give the thread a title first."
NO_EMOJI = "I don't know that emoji."
MALFORMED = "The playground did not understand that. Reload the page, then try again."
UNKNOWN_COMMAND = "There is no command /{command}. I know {known}. To post it as text, begin with a space."
FOREIGN_HOST = "The playground answers only under its own address. Open http://localhost:{port}/ instead."
FOREIGN_ORIGIN = "Only the playground's own page may do that. Open http://localhost:{port}/ and do it there."
NOT_JSON = "The playground takes only JSON here. Do this on its own page."
NO_PAGE = "There is nothing at this address. The playground is at /."
IMPORTED_TOPIC = "Threads of a real export"
NOT_IN_EXPORT = "It is not in the export."


SOMEBODY = "Somebody"
LEFT_TOO_LARGE = "it is too large for this chat"
