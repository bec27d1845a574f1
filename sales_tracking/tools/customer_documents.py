"""Which documents of accounting count as sales: one list for facts, commissions, follow-up and reports."""

# What is sold. A receipt is an invoice that is not sent.
INVOICE_TYPES = ("out_invoice", "out_receipt")
# What takes sales back.
CREDIT_NOTE_TYPES = ("out_refund",)
DOCUMENT_TYPES = INVOICE_TYPES + CREDIT_NOTE_TYPES
