"""Where the tables and details of a workbook stand."""
