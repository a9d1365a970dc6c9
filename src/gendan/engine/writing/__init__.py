"""Writes what partners' systems read: order responses and despatch advices as UBL, EDIFACT, X12."""
