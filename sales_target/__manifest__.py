{
    "name": "Sales Targets",
    "summary": "Targets for the company, teams and people, with attainment and pace from the documents",
    "version": "19.0.1.1.0",
    "category": "Sales/Sales",
    "author": "Sales Tracking Suite Contributors",
    "license": "LGPL-3",
    "depends": ["sales_tracking", "web_hierarchy"],
    "data": [
        "security/ir.model.access.csv",
        "security/ir_rules.xml",
        "data/ir_cron_data.xml",
        "wizard/sales_target_allocate_views.xml",
        "wizard/sales_target_import_views.xml",
        "views/sales_target_revision_views.xml",
        "views/sales_target_profile_views.xml",
        "views/sales_target_kept_fact_views.xml",
        "views/sales_target_views.xml",
        "views/res_config_settings_views.xml",
        "report/sales_target_report_views.xml",
        "views/sales_target_menus.xml",
    ],
    "demo": ["demo/sales_target_demo.xml"],
    "assets": {
        "web.assets_backend": ["sales_target/static/src/attainment_bar.*", "sales_target/static/src/rate_gauge.*"],
        # With the graph view that it extends, which the web client loads when it is needed.
        "web.assets_backend_lazy": ["sales_target/static/src/target_graph_view.js"],
    },
}
