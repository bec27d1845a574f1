import base64
import binascii

from odoo import models
from odoo.exceptions import UserError

from ...tools import id_ranges, spreadsheet
from ...tools.xlsx import Sheet, workbook


class SalesXlsxMixin(models.AbstractModel):
    """A record that can be downloaded as a workbook by those who may read it, and read from one that is uploaded."""

    _name = "sales.xlsx.mixin"
    _description = "XLSX Download"

    def _xlsx_sheets(self) -> list[Sheet]:
        """The sheets of the workbook, in the reader's language, with only what the reader may see."""
        raise NotImplementedError

    def _xlsx_file_name(self) -> str:
        """The name of the file, without its extension."""
        return ", ".join(self.mapped("display_name"))

    def _read_xlsx_rows(self, file, columns, required=()):
        """Read an uploaded workbook's first sheet, see ``tools.spreadsheet.read_rows``.

        :param file: the value of a binary field
        :raise UserError: says what is wrong with the file
        """
        try:
            return spreadsheet.read_rows(base64.b64decode(file), columns, required)
        except binascii.Error as error:
            raise UserError(self._xlsx_problem("format")) from error
        except spreadsheet.SheetError as error:
            raise UserError(self._xlsx_problem(*error.args)) from error

    def _xlsx_problem(self, kind, place=None):
        match kind:
            case "size":
                return self.env._("The file is larger than 5 MB. Split it.")
            case "content":
                return self.env._("The file is too large once it is unpacked. Split it or leave something out.")
            case "rows":
                return self.env._("The sheet has more than 20,000 rows. Split it.")
            case "width":
                return self.env._("The sheet has more than 100 columns. Leave out those that aren't needed.")
            case "cell":
                return self.env._("Row %(row)s has a text of more than 1,000 characters. Shorten it.", row=place)
            case "columns":
                return self.env._(
                    "The first row of the sheet lacks these headings: %(columns)s. Download the template to see "
                    "all of them.",
                    columns=place,
                )
        return self.env._("The file is not an XLSX workbook. Save it as .xlsx and choose it again.")

    def _xlsx_content(self) -> bytes:
        return workbook(self._xlsx_sheets())

    def action_download_xlsx(self):
        return {
            "type": "ir.actions.act_url",
            "url": f"/sales_tracking/xlsx/{self._name}/{id_ranges.to_text(self.ids)}",
            "target": "download",
        }
