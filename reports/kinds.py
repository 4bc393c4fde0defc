"""Which reports there are, and in which forms."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a report is about."""

    DAILY = "daily"  # 质检日报
    WEEKLY = "weekly"  # 质检周报
    MONTHLY = "monthly"  # 质检月报
    AGENT = "agent"  # 坐席个人质检单
    CALLBACKS = "callbacks"  # 回访记录表
    COMPLAINTS = "complaints"  # 投诉记录
    SUMMARY = "summary"  # 回访总结报告


class Form(StrEnum):
    """How a report is written."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


QUALITY: Final = (Kind.DAILY, Kind.WEEKLY, Kind.MONTHLY)
RECORDS: Final = (Kind.CALLBACKS, Kind.COMPLAINTS)
MEDIA: Final = {
    Form.PDF: "application/pdf",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "text/csv; charset=utf-8",
}
