"""The identifiers that cross the floors. Discord's snowflakes and our own numbers are never mixed up."""

from typing import NewType

ServerId = NewType("ServerId", int)  # Discord guild
ChannelId = NewType("ChannelId", int)
MessageId = NewType("MessageId", int)
AttachmentId = NewType("AttachmentId", int)
UserId = NewType("UserId", int)  # Discord user
RoleId = NewType("RoleId", int)
PlayerId = NewType("PlayerId", int)
TeamId = NewType("TeamId", int)
UploadId = NewType("UploadId", int)
WarId = NewType("WarId", int)  # counts from 1 in every server
ChangeId = NewType("ChangeId", int)
SeasonId = NewType("SeasonId", int)
BulkId = NewType("BulkId", int)  # a walk through a channel's history
TrackId = NewType("TrackId", str)  # a track's abbreviation, as mkw.tracks has it
LiveId = NewType("LiveId", int)  # a war told while it is played
SignUpId = NewType("SignUpId", int)  # who can play at a time; counts from 1 in every server
