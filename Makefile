.PHONY: help demo test dates lint bench company proof stop shell clean

help:
	@echo "make demo    Odoo 19 with the three addons and demo data on http://localhost:8069 (DEMO_PORT=... for another port)"
	@echo "make test    every test (ONLY=<addon> or ONLY=tests for one suite)"
	@echo "make dates   the addons' tests and the demo data under other dates (DATES='2028-02-29 12:00;…' ONLY=<tags> or demo)"
	@echo "make lint    style and static checks"
	@echo "make bench   benchmarks against plain Odoo"
	@echo "make company a database of a company of size for benchmarks (FACTS=1000000 lines of orders and invoices)"
	@echo "make proof   random worlds of commission against an oracle in plain Python (SEEDS=1-200 MINUTES=10)"
	@echo "make stop    stop the demo and the databases"
	@echo "make shell   an Odoo shell on the demo database"
	@echo "make clean   stop, and remove everything that was downloaded or made"

demo test dates lint bench company proof stop shell clean:
	@python3 -m dev $@
