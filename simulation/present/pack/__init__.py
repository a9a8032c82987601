"""What a council takes home: the same story as a brief, a page, slides and a workbook."""
