"""Name the forms of sale: one list for quotations, invoices, customers, facts and reports."""

SALES_TYPES = [
    ("cash", "Cash"),
    ("credit", "Credit"),
    ("tender", "Tender"),
    ("export", "Export"),
    ("consignment", "Consignment"),
    ("wholesale", "Wholesale"),
    ("direct", "Direct"),
    ("cod", "Cash on Delivery"),
    ("pos", "Point of Sale"),
]
