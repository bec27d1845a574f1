.PHONY: help demo test lint bench stop shell clean

help:
	@echo "make demo    Odoo 19 with the three addons and demo data on http://localhost:8069 (DEMO_PORT=... for another port)"
	@echo "make test    every test (ONLY=<addon> or ONLY=tests for one suite)"
	@echo "make lint    style and static checks"
	@echo "make bench   benchmarks against plain Odoo"
	@echo "make stop    stop the demo and the databases"
	@echo "make shell   an Odoo shell on the demo database"
	@echo "make clean   stop, and remove everything that was downloaded or made"

demo test lint bench stop shell clean:
	@python3 -m dev $@
