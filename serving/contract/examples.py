"""Requests and answers of the description; a test sends each request and holds each answer against its model."""

from typing import Any

HEADER = {"release": "8b1e4c" + "0" * 58, "snapshot": "d20f77" + "0" * 58, "as_of": "2024-07-01"}

SCORE: dict[str, Any] = {
    "ids": {
        "summary": "Tiers by ids, in each of the enterprises' sectors",
        "value": {"enterprise_ids": ["91440511MA0000015A", "91440511MA0000023X"]},
    },
    "ids_in_a_sector": {
        "summary": "Tiers by ids in one sector, from this snapshot and no other",
        "value": {"enterprise_ids": ["91440511MA0000015A"], "sector": "food_operation"},
    },
    "sector": {
        "summary": "The first page of a sector; `next` of the answer is `after` of the next request",
        "value": {"sector": "food_operation", "limit": 500},
    },
    "next_page": {
        "summary": "The page of a sector behind an enterprise",
        "value": {"sector": "food_operation", "after": "91440511MA0000015A", "limit": 500},
    },
}

EXPLAIN = {
    "strongest": {
        "summary": "The three strongest reasons, in Chinese",
        "value": {"enterprise_ids": ["91440511MA0000015A"], "sector": "food_operation", "lang": "zh", "limit": 3},
    }
}

SCORE_RECORDS = {
    "one_enterprise": {
        "summary": "A register entry with one penalty, at the snapshot's own date",
        "value": {
            "as_of": "2024-07-01",
            "records": {
                "enterprises": [
                    {
                        "enterprise_id": "91440511MA0000015A",
                        "ent_type": "1130",
                        "state": "active",
                        "established_on": "2015-01-01",
                        "sectors": ["food_operation"],
                        "valid_from": "2015-01-01",
                        "known_at": "2015-01-02T00:00:00",
                    }
                ],
                "penalties": [
                    {
                        "enterprise_id": "91440511MA0000015A",
                        "record_id": "P-2024-0001",
                        "occurred_on": "2024-03-01",
                        "known_at": "2024-03-05T00:00:00",
                        "kind": "fine",
                        "severity": "general",
                        "producer": "食品经营监管股",
                        "provider": "食品经营监管股",
                        "responsible": "食品经营监管股",
                        "source": "执法办案系统",
                    }
                ],
            },
            "sector": "food_operation",
            "lang": "en",
        },
    }
}

SAMPLING: dict[str, Any] = {
    "ratio": 0.3,
    "frequency": None,
    "cap": None,
    "items": [],
    "active_check": True,
    "statutory_minimum": None,
}
RESULT: dict[str, Any] = {
    "enterprise_id": "91440511MA0000015A",
    "sector": "food_operation",
    "status": "scored",
    "tier": "high",
    "tier_rank": 4,
    "margin": -0.53,
    "probability": 0.3705,
    "interval": [0.322, 0.418],
    "borderline": False,
    "source": "sector",
    "scheme": None,
    "rules": [],
    "confirmed": False,
    "override": None,
    "sampling": SAMPLING,
}
REASON = {
    "indicator": "penalties_count_365d",
    "label": "行政处罚次数（近365天）",
    "category": "监管",
    "value": 1.0,
    "unit": "records",
    "window": 365,
    "typical": 0.0,
    "contribution": 0.62,
    "effect_points": 13.0,
    "records": ["P-2024-0001"],
}
SCORE_ANSWER = {**HEADER, "results": [RESULT], "next": None}
EXPLAIN_ANSWER = {
    **HEADER,
    "results": [{**RESULT, "baseline": -1.8, "reasons": [REASON], "other": 0.65, "total": -0.53, "grade_records": []}],
}
SNAPSHOT_ANSWER = {
    **HEADER,
    "enterprises": 9_950,
    "results": 14_210,
    "sectors": [
        {
            "sector": "food_operation",
            "results": 2_400,
            "tiers": {"low": 900, "medium": 1_000, "medium_high": 400, "high": 90},
        }
    ],
    "media_types": ["application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"],
}
RELEASE_ANSWER = {
    **HEADER,
    "sectors": [
        {
            "sector": "food_operation",
            "name": {"zh": "食品经营", "en": "Food operation"},
            "office": "食品经营监管股",
            "level": "sector",
            "standard_version": "1",
            "outcome_severity": "general",
            "horizon_days": 365,
            "cuts": [0.05, 0.15, 0.3],
            "rules": [],
            "sampling": {"high": SAMPLING},
        }
    ],
    "routing": [],
}
ABOUT_WORKLIST = {
    "name": "commitment_makers",
    "title": {"zh": "信用承诺主体抽查库", "en": "Enterprises that made commitments"},
    "source": "本区企业信用风险分类监管方案",
    "action": {"zh": "列入抽查库", "en": "Draw from them"},
    "needs_tiers": False,
    "columns": [{"name": "enterprise_id", "type": "text", "zh": "统一社会信用代码或主体编号", "en": "Unified code"}],
}
WORKLISTS_ANSWER = {**HEADER, "worklists": [ABOUT_WORKLIST]}
WORKLIST_ANSWER = {
    **HEADER,
    "worklist": ABOUT_WORKLIST,
    "total": 1,
    "stations": [{"station": "东所", "rows": 1}],
    "offset": 0,
    "limit": 100,
    "rows": [{"enterprise_id": "91440511MA0000015A"}],
}
