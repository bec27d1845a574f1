from odoo import models

from ..tools import id_ranges
from ..tools.xlsx import Sheet, workbook


class SalesXlsxMixin(models.AbstractModel):
    """A record that can be downloaded as a workbook by those who may read it."""

    _name = "sales.xlsx.mixin"
    _description = "XLSX Download"

    def _xlsx_sheets(self) -> list[Sheet]:
        """The sheets of the workbook, in the reader's language, with only what the reader may see."""
        raise NotImplementedError

    def _xlsx_file_name(self) -> str:
        """The name of the file, without its extension."""
        return ", ".join(self.mapped("display_name"))

    def _xlsx_content(self) -> bytes:
        return workbook(self._xlsx_sheets())

    def action_download_xlsx(self):
        return {
            "type": "ir.actions.act_url",
            "url": f"/sales_tracking/xlsx/{self._name}/{id_ranges.to_text(self.ids)}",
            "target": "download",
        }
