"""主体信用建设 in the monthly report: repairs, reminders, buffers, commitments, each by its own days."""

from supervision.report.credit import buffer_counts, commitment_counts, credit_section, reminder_counts, repair_counts
from supervision.report.tables import Moved
from tests.monthly import NOTHING_DONE, both, known, row, table


def test_a_repair_counts_when_applied_when_the_decision_became_known_and_when_it_takes_effect() -> None:
    text = """
        repairs          | record | enterprise | occurred_on | known_at   | target_subject | decision | effective_on
        applied in May   | a      | 甲         | 2024-05-20  | 2024-05-21 | penalties      | pending  |
        granted in June  | a      | 甲         | 2024-05-20  | 2024-06-05 | penalties      | granted  | 2024-06-01
        applied in June  | b      | 甲         | 2024-06-10  | 2024-06-11 | listings       | pending  |
        granted in July  | b      | 甲         | 2024-06-10  | 2024-07-01 | listings       | granted  | 2024-06-20
        acts in July     | c      | 甲         | 2024-06-02  | 2024-06-03 | penalties      | granted  | 2024-07-01
        refused in June  | d      | 甲         | 2024-04-02  | 2024-06-30 | penalties      | refused  |
        undone in June   | e      | 甲         | 2024-06-02  | 2024-06-03 | penalties      | granted  | 2024-06-03
    """
    june, may = both(text)
    assert repair_counts(june) == {"applied": 3, "granted": 3, "refused": 1, "effective": 2, "pending": 1}
    assert repair_counts(may) == {"applied": 1, "granted": 0, "refused": 0, "effective": 0, "pending": 1}
    assert repair_counts(june, ("target_subject", "listings"))["applied"] == 1
    section = credit_section(june, may)
    assert row(table(section, "信用修复"), "行政处罚")["准予"] == Moved(3, 0)
    assert row(table(section, "各责任单位信用修复"), "某")["生效"] == Moved(2, 0)


def test_a_repair_granted_before_its_date_of_effect_takes_effect_on_that_date() -> None:
    june = known("""
        repairs     | enterprise | occurred_on | known_at   | target_subject | decision | effective_on
        just before | 甲         | 2024-05-02  | 2024-05-03 | penalties      | granted  | 2024-05-31
        first day   | 甲         | 2024-05-02  | 2024-05-03 | listings       | granted  | 2024-06-01
        last day    | 甲         | 2024-05-02  | 2024-05-03 | samplings      | granted  | 2024-06-30
        just after  | 甲         | 2024-05-02  | 2024-05-03 | commitments    | granted  | 2024-07-01
    """)
    targets = ("penalties", "listings", "samplings", "commitments")
    effective = [repair_counts(june, ("target_subject", target))["effective"] for target in targets]
    assert effective == [0, 1, 1, 0]


def test_a_withdrawn_record_does_not_stand_from_its_day_on() -> None:
    june = known("""
        reminders     | enterprise | occurred_on | known_at   | withdrawn_at | topic         | channel
        never         | 甲         | 2024-06-02  | 2024-06-03 |              | penalty       | phone
        at the end    | 甲         | 2024-06-02  | 2024-06-03 | 2024-07-01   | annual_report | phone
        the day after | 甲         | 2024-06-02  | 2024-06-03 | 2024-07-02   | buffer        | phone
    """)
    sent = [reminder_counts(june, ("topic", topic))["sent"] for topic in ("penalty", "annual_report", "buffer")]
    assert sent == [1, 0, 1]


def test_reminders_count_by_channel_and_reply_as_known_at_the_end() -> None:
    june = known("""
        reminders | record | enterprise | occurred_on | known_at   | topic     | channel | replied_on | reply
        of May    | a      | 甲         | 2024-05-31  | 2024-05-31 | penalty   | phone   |            |
        answered  | b      | 甲         | 2024-06-01  | 2024-06-01 | penalty   | phone   |            |
        answered  | b      | 甲         | 2024-06-01  | 2024-06-09 | penalty   | phone   | 2024-06-08 | corrected
        later     | c      | 甲         | 2024-06-30  | 2024-06-30 | high_tier | visit   |            |
        later     | c      | 甲         | 2024-06-30  | 2024-07-01 | high_tier | visit   | 2024-06-30 | disputes
    """)
    counts = reminder_counts(june)
    assert (counts["sent"], counts["phone"], counts["visit"], counts["letter"]) == (2, 1, 1, 0)
    assert (counts["replied"], counts["corrected"], counts["disputes"]) == (1, 1, 0)
    assert reminder_counts(june, ("topic", "penalty"))["sent"] == 1


def test_buffers_count_when_opened_and_closed_and_stand_open_at_the_end() -> None:
    june = known("""
        buffers   | record | enterprise | occurred_on | known_at   | due_on     | state     | closed_on
        corrected | a      | 甲         | 2024-05-20  | 2024-05-20 | 2024-06-05 | open      |
        corrected | a      | 甲         | 2024-05-20  | 2024-06-04 | 2024-06-05 | corrected | 2024-06-03
        expired   | b      | 甲         | 2024-06-02  | 2024-06-20 | 2024-06-12 | expired   | 2024-06-12
        past due  | c      | 甲         | 2024-06-03  | 2024-06-03 | 2024-07-01 | open      |
        running   | d      | 甲         | 2024-06-04  | 2024-06-04 | 2024-07-02 | open      |
    """)
    assert buffer_counts(june) == {"opened": 3, "corrected": 1, "expired": 1, "open": 2, "overdue": 1}


def test_commitments_count_when_made_and_when_verified() -> None:
    june = known("""
        commitments | enterprise | occurred_on | known_at   | kind      | fulfilled | verified_on
        kept        | 甲         | 2024-01-20  | 2024-06-20 | permit    | true      | 2024-06-19
        broken      | 甲         | 2024-06-02  | 2024-06-20 | permit    | false     | 2024-06-30
        open        | 甲         | 2024-06-03  | 2024-06-03 | voluntary |           |
    """)
    assert commitment_counts(june) == {"made": 2, "verified": 2, "kept": 1, "broken": 1}


def test_what_was_not_given_is_unknown_in_every_count_of_the_axis() -> None:
    nothing = known(NOTHING_DONE)
    for count in (repair_counts, reminder_counts, buffer_counts, commitment_counts):
        assert set(count(nothing).values()) == {None}
