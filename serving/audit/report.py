"""What `fenji audit verify` and `fenji replay` tell a person."""

from rich.console import Console

from records.errors import AuditError
from serving.audit.replay import Replayed
from serving.audit.verify import Verified


def print_verified(console: Console, verified: Verified) -> None:
    """Print the head, to be noted outside this machine; AuditError with one line a fault where there is any."""
    if not verified.is_whole:
        lines = [f"{name} {fault.number}: {fault.message}" for name, fault in verified.faults]
        raise AuditError(
            "\n  ".join(["审计日志被改动 the audit log was changed; keep it as it is and ask who.", *lines])
        )
    console.print(
        f"审计日志完整 whole: {verified.head.number:,} 条 entries · {verified.logs:,} 个答复日志 logs of answers",
        highlight=False,
    )
    for name in verified.torn:
        console.print(
            f"  {name}: 末行未写完，进程当时中断 the last line is torn, its worker was killed", highlight=False
        )
    console.print(f"链首，请另处记存 head, to be noted elsewhere:\n{verified.head}", highlight=False, soft_wrap=True)


def print_replayed(console: Console, replayed: Replayed) -> None:
    """Print that the answer is what it was, and from which data."""
    line = replayed.line
    served = " · ".join(f"{name} {line[name][:12]}" for name in ("release", "snapshot", "extract") if name in line)
    console.print(
        f"逐字节一致 the same, bit for bit: {line['address']} {line['at']} {line['caller']}\n"
        f"  {served} · {len(replayed.reply):,} 字节 bytes, SHA-256 {line['reply']}",
        highlight=False,
        soft_wrap=True,
    )
