"""Prints invoices as PDF/A-3b in a process of its own, whose memory and time are bounded."""

from services.billing.printing.printer import NotPrinted, Printed, Printer, printer_with

__all__ = ["NotPrinted", "Printed", "Printer", "printer_with"]
