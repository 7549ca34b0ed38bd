"""The human page at `/`: what is in service, how many enterprises have which tier, and how to ask."""

import json
from base64 import b64encode
from hashlib import sha256
from html import escape

from model.tiers import TIERS
from serving.scorer import Scorer
from serving.welcome import telling_ids

_STYLE = """
body { font-family: system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid #ddd; text-align: right; }
th:first-child, td:first-child { text-align: left; }
pre { background: #f4f4f4; padding: .8rem; overflow-x: auto; }
@media (max-width: 36rem) {
  table { font-size: .8rem; } th, td { padding: .3rem .2rem; }
}
dt { color: #666; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
"""
_PAGE = """<!DOCTYPE html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>分级 Fenji</title>
<style>{style}</style>
</head>
<body>
<h1>分级 Fenji</h1>
<p>企业信用风险分类，供内部监管参考，不是信用评价，也不是处罚依据。<br>
Credit-risk tiers of enterprises: an internal reference for supervision, neither an appraisal nor a ground for
punishment.</p>
<dl>
<dt>截至日期 As of</dt><dd>{as_of}</dd>
<dt>发布 Release</dt><dd>{release}</dd>
<dt>快照 Snapshot</dt><dd>{snapshot}</dd>
<dt>市场主体 Enterprises</dt><dd>{enterprises}</dd>
</dl>
<h2>各领域风险类别数量 Tiers by sector</h2>
<table><thead><tr><th>领域 Sector</th>{heads}</tr></thead><tbody>{rows}</tbody></table>
<h2>接口 Addresses</h2>
<ul>
<li><code>POST /v1/score</code> 查询类别 tiers of enterprises or of a sector</li>
<li><code>GET /v1/snapshot</code>, <code>GET /v1/release</code> 整份快照、发布 the whole snapshot, the release</li>
<li><code>POST /v1/explain</code> 查询理由 tiers with reasons</li>
<li><code>POST /v1/score_records</code> 对随附记录评分 score records sent along</li>
<li><code>POST /v1/what_if</code> 假设修复、撤销后的类别与可行的补救 tiers after a repair or withdrawal, recourse</li>
<li><code>GET /v1/worklists</code>, <code>GET /v1/worklists/{{name}}</code> 工作清单 worklists</li>
<li><code>POST /v1/check_lists</code> 名单比对 compare applicants with the lists</li>
<li><code>GET /v1/pools/{{sector}}</code> 抽取对象 who might be drawn</li>
<li><code>POST /v1/draws</code>, <code>POST /v1/draws/{{draw_id}}/plan</code> 抽取登记、抽取结果
register a draw before it is drawn, what came of it</li>
<li><code>POST /v1/feedback</code> 结果反馈 results of inspections</li>
<li><code>GET /v1/audit</code> 审计日志 the audit log</li>
<li><code>GET /openapi.json</code>, <code>GET /readyz</code>, <code>GET /metrics</code></li>
</ul>
<pre>curl -s {headers}-H 'Content-Type: application/json' \\
  -d '{example}' {address}v1/score</pre>
</body>
</html>
"""


POLICY = (
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
)
"""What the page may load: its own style and nothing else."""


def page_of(scorer: Scorer, address: str, is_guarded: bool) -> str:
    """The page as HTML, in Chinese and English, without anything from elsewhere; `address` ends in a slash.

    Where the caller would need a token (`is_guarded`) the page, which needs none, shows nobody's id.
    """
    counts = scorer.snapshot.counts
    rows = "".join(_row(scorer, sector, tiers) for sector, tiers in counts["tiers"].items())
    return _PAGE.format(
        style=_STYLE,
        as_of=scorer.snapshot.as_of.isoformat(),
        release=scorer.release.digest,
        snapshot=scorer.snapshot.digest,
        enterprises=f"{counts['enterprises']:,}",
        heads="".join(f"<th>{tier.zh} {tier.en}</th>" for tier in TIERS),
        rows=rows,
        address=escape(address),
        headers="-H 'Authorization: Bearer …' " if is_guarded else "",
        example=escape(json.dumps({"enterprise_ids": ["…"] if is_guarded else telling_ids(scorer.snapshot)})),
    )


def _row(scorer: Scorer, sector: str, tiers: dict[str, int]) -> str:
    model = scorer.release.model_of(sector)
    name = f"{model.standard.name_zh} {model.standard.name_en}" if model else sector
    cells = "".join(f"<td>{tiers[tier.id]:,}</td>" for tier in TIERS)
    return f"<tr><td>{escape(name)}</td>{cells}</tr>"
