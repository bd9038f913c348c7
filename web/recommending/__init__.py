"""Recommendations: the widget's home, and the owner's page of rules, reasons and bundles."""

from __future__ import annotations

from web.recommending.routes import setup

__all__ = ["setup"]
