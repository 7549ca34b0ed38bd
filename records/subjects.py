"""All subjects of the record contract (handbook 5.4), by name; others write against their column names."""

from records.contract import Subject
from records.finding_subjects import COMPLAINTS, INSPECTIONS, LISTINGS, PENALTIES, RECALLS, REPAIRS, SAMPLINGS
from records.register_subjects import (
    ANNUAL_REPORTS,
    CHANGES,
    COMMITMENTS,
    DORMANCIES,
    ENTERPRISES,
    EQUIPMENT,
    LICENCES,
    RELATIONS,
)
from records.work_subjects import WORK_SUBJECTS

SUBJECTS: dict[str, Subject] = {
    subject.name: subject
    for subject in (
        ENTERPRISES,
        ANNUAL_REPORTS,
        PENALTIES,
        COMPLAINTS,
        INSPECTIONS,
        LISTINGS,
        LICENCES,
        SAMPLINGS,
        COMMITMENTS,
        REPAIRS,
        CHANGES,
        RELATIONS,
        EQUIPMENT,
        RECALLS,
        DORMANCIES,
        *WORK_SUBJECTS,
    )
}
"""Every subject by name; a data directory holds one file (or a folder of files) for each it has."""

EVENT_SUBJECTS = tuple(subject for subject in SUBJECTS.values() if subject.is_event)
