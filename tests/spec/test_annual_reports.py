# ruff: noqa: E501 - a record is one line of a table
"""Annual reports: whether they come in time, what they disclose, and how the latest compares with the one before."""

from tests.spec.tables import given

A = "2024-06-30"

REPORTS = """
    annual_reports     | record | enterprise | year | state     | occurred_on | employees | assets_yuan | liabilities_yuan | revenue_yuan | profit_yuan | tax_yuan
    the year before    | a      | 甲         | 2022 | on_time   | 2023-05-01  | 12        | 900         | 500              | 400          | 10          | 4
    latest             | b      | 甲         | 2023 | late      | 2024-06-29  | 10        | 1000        | 250              | 500          | -50         | 10
    found missing      | c      | 乙         | 2022 | not_filed | 2023-07-01  |           |             |                  |              |             |
    then filed late    | d      | 乙         | 2022 | late      | 2023-09-01  | 5         | 0           | 80               |              |             |
    a year earlier     | e      | 乙         | 2021 | on_time   | 2022-05-01  | 7         | 100         | 20               | 30           |             |
    known on the day   | f      | 丙         | 2023 | not_filed | 2024-06-30  |           |             |                  |              |             |

    enterprises        | enterprise
    without any report | 丁
"""


def test_filing_states_are_counted():
    reports = given(REPORTS)
    reports.expect("annual_reports_count", as_of=A, 甲=2, 乙=3, 丙=0, 丁=0)
    reports.expect("annual_reports_on_time_count", as_of=A, 甲=1, 乙=1)
    reports.expect("annual_reports_late_count_365d", as_of=A, 甲=1, 乙=1, 丙=0)
    reports.expect("annual_reports_not_filed_count_365d", as_of=A, 甲=0, 乙=1, 丙=0)
    reports.expect("annual_reports_not_filed_count_365d", as_of="2024-07-01", 甲=0, 乙=0, 丙=1)


def test_time_since_a_failure_to_file_in_time_is_capped():
    given(REPORTS).expect("annual_reports_failures_days_since", as_of=A, 甲=1, 乙=303, 丙=1095, 丁=1095)


def test_the_latest_report_is_that_of_the_latest_year_and_the_one_before_is_of_another_year():
    reports = given(REPORTS)
    reports.expect("annual_reports_state_latest", as_of=A, 甲=1, 乙=1, 丙=None, 丁=None)
    reports.expect("annual_reports_state_previous", as_of=A, 甲=0, 乙=0, 丙=None)
    reports.expect("annual_reports_employees_latest", as_of=A, 甲=10, 乙=5)
    reports.expect("annual_reports_employees_previous", as_of=A, 甲=12, 乙=7)
    reports.expect("annual_reports_employees_change", as_of=A, 甲=-2, 乙=-2, 丙=None)


def test_a_ratio_is_null_where_a_part_is_missing_or_the_lower_one_is_not_positive():
    reports = given(REPORTS)
    reports.expect("annual_reports_debt_ratio", as_of=A, 甲=0.25, 乙=None, 丁=None)
    reports.expect("annual_reports_profit_margin", as_of=A, 甲=-0.1, 乙=None)
    reports.expect("annual_reports_revenue_growth", as_of=A, 甲=1.25, 乙=None)
    reports.expect("annual_reports_tax_ratio", as_of=A, 甲=0.02, 乙=None)
    reports.expect("annual_reports_turnover", as_of=A, 甲=0.5, 乙=None)


def test_a_ratio_is_clipped_at_both_ends():
    clipped = given("""
        annual_reports | enterprise | year | occurred_on | assets_yuan | liabilities_yuan | revenue_yuan | profit_yuan
                       | 甲         | 2023 | 2024-05-01  | 1           | 101              | 1            | -101
                       | 乙         | 2023 | 2024-05-01  | 1           | 99               | 1            | -99
    """)
    clipped.expect("annual_reports_debt_ratio", as_of=A, 甲=100, 乙=99)
    clipped.expect("annual_reports_profit_margin", as_of=A, 甲=-100, 乙=-99)


def test_undisclosed_figures_count_only_in_reports_that_were_filed():
    reports = given(REPORTS)
    reports.expect("annual_reports_revenue_undisclosed_1095d", as_of=A, 甲=0, 乙=1, 丁=0)
    reports.expect("annual_reports_profit_undisclosed_1095d", as_of=A, 甲=0, 乙=2)
    reports.expect("annual_reports_assets_undisclosed_1095d", as_of=A, 甲=0, 乙=0)


def test_evidence_of_a_ratio_is_that_of_its_parts():
    reports = given(REPORTS)
    reports.expect_evidence("annual_reports_debt_ratio", as_of=A, 甲="b", 乙="d", 丁="")
    reports.expect_evidence("annual_reports_revenue_growth", as_of=A, 甲="a b", 乙="d e")
    reports.expect_evidence("annual_reports_failures_days_since", as_of=A, 甲="b", 乙="d")
