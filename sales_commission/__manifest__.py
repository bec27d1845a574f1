{
    "name": "Sales Commission",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "summary": "Commission plans, a ledger that explains every cent, and statements",
    "author": "Sales Tracking Suite Contributors",
    "license": "LGPL-3",
    "depends": ["sales_target"],
    "data": [
        "security/ir_rules.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
    ],
}
