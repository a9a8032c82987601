"""Results as an Excel workbook: decisions, plan, results, assumptions and native charts, one table per sheet."""
