"""Snapshots as supervision takes them, which does not know the service that opens them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # slow to load, and verbs that open nothing do not need them
    from serving.release import Release
    from serving.snapshot import Snapshot
    from supervision.report.tiering import Tiering
    from supervision.watch.watch import Answered


def answered_of(snapshot: "Snapshot", release: "Release") -> "Answered":
    """What was answered by a snapshot, for monitoring; the release is the one that scored it."""
    from serving.answers import answers_with_reasons, frame_of
    from supervision.watch.watch import Answered

    answers = answers_with_reasons(snapshot)
    return Answered(frame_of(snapshot), answers, release.models, release.digest, snapshot.digest)


def tiering_of(snapshot: "Snapshot") -> "Tiering":
    """The tiers of a snapshot, for the monthly report."""
    from serving.answers import answers_of
    from supervision.report.tiering import Tiering

    return Tiering(snapshot.as_of, snapshot.release, answers_of(snapshot))
